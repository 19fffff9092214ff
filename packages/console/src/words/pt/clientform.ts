import type { clientform as english } from '../en/clientform.ts';
import type { Translation } from '../message.ts';

export const clientform: Translation<typeof english> = {
  'clientform.title': 'Adicionar um cliente',
  'clientform.about':
    'Uma aplicação que obtém tokens deste servidor. O client_id é gerado para ela, e um client_secret quando o método o usa.',
  'clientform.mayadd':
    'As suas funções não adicionam clientes. Um owner pode dar-lhe uma que adiciona.',
  'clientform.duplicate': {
    one: 'Outro cliente já tem este nome: {names}. Alguém poderia confundi-los.',
    other: 'Outros clientes já têm este nome: {names}. Alguém poderia confundi-los.',
  },
  'clientform.proof': 'Como prova quem é',
  'clientform.certificate': 'Certificado da aplicação',
  'clientform.certificatehint': 'Autoassinado, colado aqui em PEM',
  'clientform.anothercertificate': 'Outro certificado da aplicação',
  'clientform.jwks': 'JWKS URI',
  'clientform.jwkshint': 'O cliente publica o seu certificado',
  'clientform.subject': 'Certificado de uma CA',
  'clientform.subjecthint': 'Conhecido por um nome que contém',
  'clientform.secret': 'client_secret',
  'clientform.secrethint': 'Uma palavra-passe gerada',
  'clientform.assertion': 'Asserção assinada',
  'clientform.assertionhint': 'private_key_jwt, chaves num JWKS URI',
  'clientform.public': 'Cliente público',
  'clientform.publichint': 'Uma app que não consegue guardar segredos',
  'clientform.pastehint':
    'O certificado em formato PEM, sem a chave privada. É verificado antes de ser guardado; vários colados de uma vez são lidos como vários.',
  'clientform.secretsent': 'Onde o segredo é enviado',
  'clientform.secretonce': 'É gerado e mostrado uma vez, quando o cliente é adicionado.',
  'clientform.inheader': 'Cabeçalho Authorization (Basic)',
  'clientform.inbody': 'Corpo do pedido',
  'clientform.signs': 'Em lado nenhum: assina uma asserção (client_secret_jwt)',
  'clientform.knownby': 'Conhecido por',
  'clientform.subjectdn': 'Subject DN',
  'clientform.dns': 'Nome DNS',
  'clientform.uri': 'URI',
  'clientform.ip': 'Endereço IP',
  'clientform.email': 'Endereço de email',
  'clientform.subjectvalue': 'Valor no certificado',
  'clientform.authorities': 'Autoridades de confiança',
  'clientform.authoritieshint':
    'O certificado tem de encadear até uma destas, e a revogação é verificada como o grupo diz.',
  'clientform.truststore': 'O repositório de confiança',
  'clientform.ownanchors': 'Âncoras de confiança só deste cliente',
  'clientform.group': '{name} ({count})',
  'clientform.anchors': 'Âncoras de confiança',
  'clientform.anchorshint':
    'Certificados de autoridades em formato PEM, uns a seguir aos outros. Só para este cliente, ficam no lugar do repositório de confiança.',
  'clientform.anchorsread': {
    one: '{count} certificado é lido.',
    other: '{count} certificados são lidos.',
  },
  'clientform.callback': 'URL de callback',
  'clientform.callbackhint':
    'Para onde as pessoas voltam depois de iniciar sessão. Comparado carácter a carácter.',
  'clientform.anotherurl': 'Outro URL',
  'clientform.removeurl': 'Remover {label} {number}',
  'clientform.urlplace': '{label} {number}',
  'clientform.urlascii': 'Um URL não tem espaços nem caracteres fora de ASCII.',
  'clientform.urlwhole': 'Escreva um URL completo, como https://app.example.com/callback.',
  'clientform.urlfragment': 'Um URL de callback não tem fragmento (#).',
  'clientform.urlanswer': 'Deixe {parameter} fora da query: a resposta põe lá o seu.',
  'clientform.urlwildcard':
    'Não são permitidos caracteres universais: os URLs de callback são comparados exatamente.',
  'clientform.urlbackslash': 'Uma barra invertida não tem lugar num URL.',
  'clientform.urlperson': 'Deixe de fora o nome de utilizador e a palavra-passe.',
  'clientform.urlscheme': 'O esquema {scheme} não é permitido.',
  'clientform.urlplain': 'http simples é só para esta máquina; use https.',
  'clientform.urlprivate':
    'Um esquema privado é um nome de domínio invertido, como com.example.app:/callback.',
  'clientform.grants': 'Tipos de grant',
  'clientform.code': 'Authorization code',
  'clientform.codehint': 'As pessoas iniciam sessão no navegador. Precisa de um URL de callback.',
  'clientform.refresh': 'Refresh token',
  'clientform.refreshhint': 'Os tokens são renovados sem a pessoa.',
  'clientform.credentials': 'Client credentials',
  'clientform.credentialshint': 'O cliente age por si próprio.',
  'clientform.password': 'Palavra-passe (legado)',
  'clientform.passwordhint':
    'O cliente vê a palavra-passe da pessoa. Só para aplicações antigas (RFC 9700 §2.4).',
  'clientform.device': 'Device code',
  'clientform.devicehint': 'Para dispositivos sem navegador (RFC 8628).',
  'clientform.exchange': 'Token exchange',
  'clientform.exchangehint': 'Troca um token por outro (RFC 8693).',
  'clientform.ciba': 'Autenticação por backchannel',
  'clientform.cibahint': 'A pessoa concorda noutro dispositivo (CIBA).',
  'clientform.security': 'Segurança de pedidos e tokens',
  'clientform.profile': 'Perfil de segurança',
  'clientform.noprofile': 'Nenhum além das regras do servidor',
  'clientform.profilehint':
    'Todas as regras do perfil valem para o cliente. O que o contradiz é recusado ao guardar, com a cláusula.',
  'clientform.dpop': 'Exigir DPoP',
  'clientform.dpophint':
    'Um pedido de token sem prova DPoP é recusado, e os tokens ficam vinculados à chave da prova (RFC 9449 §5.2).',
  'clientform.jar': 'Exigir pedidos assinados (JAR)',
  'clientform.jarhint':
    'Recusa pedidos de autorização sem um request object assinado (RFC 9101 §10.5).',
  'clientform.jaralg': 'Pedidos assinados com',
  'clientform.anyalgorithm': 'Qualquer algoritmo que o servidor verifica',
  'clientform.signingkeys':
    'As chaves com que os seus request objects são verificados estão num JWKS URI. Com um certificado da aplicação, um certificado aí publicado também autentica o cliente.',
  'clientform.par': 'Exigir pushed authorization requests',
  'clientform.parhint':
    'Um pedido de autorização que não foi enviado antes é recusado (RFC 9126 §6).',
  'clientform.pkce': 'Exigir PKCE',
  'clientform.pkcehint':
    'Recusa pedidos de autorização sem code challenge (RFC 7636). Os clientes públicos precisam sempre de um.',
  'clientform.bound': 'Tokens de acesso vinculados ao certificado do cliente',
  'clientform.boundhint': 'Um token roubado nada vale sem a chave do certificado (RFC 8705 §3).',
  'clientform.whenpresented': 'quando um é apresentado e nenhuma chave DPoP é provada',
  'clientform.boundalways': 'sempre; recusado sem certificado',
  'clientform.boundnever': 'nunca',
  'clientform.more': 'Mais definições',
  'clientform.scopes': 'Scopes',
  'clientform.scopesdefault': 'Separados por espaços. Vazio: openid, profile, email, address, phone.',
  'clientform.scopeshint': 'Separados por espaços: o que o cliente pode pedir.',
  'clientform.claimsinid': 'Claims dos scopes no ID token',
  'clientform.claimsinidhint':
    'O que profile, email, address e phone dão também fica no ID token, para uma aplicação que não pode perguntar ao UserInfo.',
  'clientform.accesstokens': 'Tokens de acesso',
  'clientform.jwt': 'JWT assinado, verificado pelos próprios servidores de recursos',
  'clientform.reference': 'Opaco, consultado por introspeção e revogado de imediato',
  'clientform.idtokens': 'ID tokens assinados com',
  'clientform.idtokensdefault':
    'O que esperam as aplicações que nada dizem: RS256, sob um perfil ES256 ou PS256',
  'clientform.pairwise': 'Sujeitos por pares',
  'clientform.pairwisehint':
    'O setor da aplicação conhece cada pessoa por um sub próprio: o host dos seus URLs de callback, salvo se um sector identifier disser outra coisa (OpenID Connect Core §8). Depois de uma mudança, as pessoas são outras para ele.',
  'clientform.sector': 'Sector identifier URI',
  'clientform.sectorhint':
    'Onde um array JSON enumera os URLs de callback do setor. Necessário com sujeitos por pares e URLs de callback de vários hosts.',
  'clientform.native': 'Aplicação nativa',
  'clientform.nativehint':
    'O seu callback de loopback, localhost incluído, corresponde com qualquer porta (RFC 8252 §7.3).',
  'clientform.aftersignout': 'URL após terminar sessão',
  'clientform.aftersignouthint': 'Para onde as pessoas podem ser enviadas depois de terminar sessão.',
  'clientform.origins': 'Origens permitidas',
  'clientform.originshint':
    'Uma por linha, como https://app.example.com: onde correm os scripts da aplicação. As dos URLs de callback de um cliente público já são permitidas.',
  'clientform.logout': 'URL de back-channel logout',
  'clientform.beginsat': 'O início de sessão começa em',
  'clientform.beginsathint':
    'Para onde outros enviam as pessoas que devem iniciar sessão na aplicação (OpenID Connect Core §4).',
  'clientform.homepage': 'Página inicial',
  'clientform.contacts': 'Contactos',
  'clientform.onealine': 'Um por linha.',
  'clientform.tokens': 'Tokens e scopes próprios',
  'clientform.lifetimes': 'Durações em segundos',
  'clientform.lifetimeshint':
    'Vazio: como está definido para todos. Valem o máximo e o perfil do cliente.',
  'clientform.accesslifetime': 'Token de acesso',
  'clientform.ownlifetime': 'Token de acesso próprio',
  'clientform.refreshlifetime': 'Refresh tokens no total',
  'clientform.idlelifetime': 'Refresh token sem uso',
  'clientform.idlifetime': 'ID token',
  'clientform.devicelifetime': 'Device code',
  'clientform.hasdefault': 'Scopes predefinidos próprios',
  'clientform.hasdefaulthint':
    'Um pedido que não nomeia nenhum scope recebe estes; os outros registados têm de ser pedidos.',
  'clientform.defaultscopes': 'Scopes predefinidos',
  'clientform.defaultscopeshint':
    'Separados por espaços, entre os que o cliente pode pedir. Vazio: nada é dado sem ser pedido.',
  'clientform.audiences': 'Audiences por scope',
  'clientform.audienceshint':
    'Um scope por linha, seguido das suas audiences: accounts https://api.example.com/accounts. Os tokens com o scope são para estas quando um pedido não nomeia nenhum recurso (RFC 8707).',
  'clientform.cannotauthenticate':
    'Com este certificado, o cliente não consegue autenticar-se tal como as coisas estão.',
  'clientform.needsname': 'Dê-lhe um nome.',
  'clientform.needscertificate': 'Cole o certificado em formato PEM.',
  'clientform.needsjwks': 'Escreva o URI do JWK set.',
  'clientform.needssubject': 'Escreva o valor tal como o certificado o traz.',
  'clientform.needsanchors': 'Cole o certificado de pelo menos uma autoridade.',
  'clientform.needsurl': 'O grant authorization_code precisa de um URL de callback.',
  'clientform.wrongurl': 'Corrija o URL de callback.',
  'clientform.needsgrant': 'Escolha pelo menos um.',
  'clientform.needsseconds': 'Escreva um número inteiro de segundos.',
  'clientform.needsaudience': 'Escreva as audiences de {scope} a seguir.',
  'clientform.jwksempty': 'Escreva primeiro o URI: começa por https://.',
  'clientform.jwksnotwhole':
    'Não pode ser obtido: isto não é um URI completo, como https://client.example.com/jwks.json.',
  'clientform.jwksplain': 'Não pode ser obtido: as chaves só são lidas por https, não por {scheme}.',
  'clientform.jwksfragment': 'Não pode ser obtido: um JWKS URI não tem fragmento (#).',
  'clientform.jwksperson': 'Não pode ser obtido: deixe de fora o nome de utilizador e a palavra-passe.',
  'clientform.jwksprivate':
    'O endereço não é público, e este servidor só acede a esses onde deployment.toml o permite: acrescente {host} a allowed_addresses em [outbound].',
  'clientform.jwkstls':
    'O servidor neste endereço mostra um certificado em que aqui não se confia. Se for da sua própria autoridade, indique o ficheiro dela em trusted_certificates_file em [outbound] de deployment.toml.',
  'clientform.jwksbudget': 'Este servidor está a obter demasiado de uma vez. Tente de novo daqui a pouco.',
  'clientform.severalread': {
    one: '{count} certificado é lido.',
    other: '{count} certificados são lidos, e cada um é registado.',
  },
  'clientform.place': 'Certificado {number} de {count}',
  'clientform.leaveout': 'Deixar de fora',
  'clientform.issuesanother':
    'Emitiu outro destes: o que foi colado é uma cadeia. Deixe-o de fora, salvo se o próprio cliente o apresenta.',
};
