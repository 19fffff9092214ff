import type { CauseWords } from '../cause.ts';

const EMITIR_DE_NOVO =
  'Peça que o certificado indicado nas evidências seja emitido de novo, com o campo como esperado; importar uma CA não resolve.';
const REVOGACAO_DESCONHECIDA = 'As evidências indicam cada fonte de CRL ou OCSP e por que não respondeu.';
const NOVO_CERTIFICADO = 'Emita um novo certificado.';

export const causes: CauseWords = {
  causes: {
    malformed_request: {
      what: 'O pedido não é o que o endpoint lê.',
      remedy: 'Compare o pedido com a seção do RFC indicada nas evidências.',
    },
    method_not_allowed: {
      what: 'O endpoint foi chamado com um método HTTP ao qual não responde.',
      remedy: 'Use o método indicado no cabeçalho Allow.',
    },
    request_too_large: {
      what: 'O pedido é maior do que este servidor lê.',
      remedy: 'Envie menos, ou aumente o limite em [transport.https].',
    },
    request_timeout: {
      what: 'O pedido não chegou inteiro dentro do seu tempo.',
      remedy:
        'Procure o que atrasa o cliente ou o proxy à frente deste servidor; o limite é request_timeout em [transport.https].',
    },
    request_unfinished: {
      what: 'A conexão terminou no meio de um pedido.',
      remedy:
        'Compare Content-Length com o que o cliente envia, e os limites de tempo dele com a duração das respostas.',
    },
    parameter_missing: {
      what: 'Falta um parâmetro obrigatório.',
      remedy: 'Envie o parâmetro indicado nas evidências.',
    },
    parameter_repeated: {
      what: 'Um parâmetro foi enviado mais de uma vez (RFC 6749 §3.2).',
      remedy: 'Envie cada parâmetro uma vez.',
    },
    parameter_invalid: {
      what: 'Um parâmetro tem um valor que não pode ser lido.',
      remedy: 'Corrija o parâmetro indicado nas evidências.',
    },
    idempotency_key_reused: {
      what: 'A Idempotency-Key foi usada para outro pedido, ou o que ela criou mudou desde então.',
      remedy: 'Crie uma chave nova para cada registro, e só a envie de novo com o mesmo pedido.',
    },
    client_not_named: {
      what: 'Nada no pedido indica um cliente.',
      remedy: 'Envie client_id no corpo, ou as credenciais do token_endpoint_auth_method registrado.',
    },
    client_unknown: {
      what: 'Nenhum cliente está registrado com este client_id.',
      remedy: 'Verifique o client_id; countersign client list mostra os que existem.',
    },
    record_unreadable: {
      what: 'Um registro armazenado não pode ser lido por esta versão do servidor, e não conta.',
      remedy:
        'Uma versão posterior o gravou, ou está danificado: as evidências o indicam. Conclua a atualização em todos os nós, ou restaure o registro; countersign doctor lista todos.',
    },
    client_disabled: {
      what: 'O cliente está desativado.',
      remedy: 'Ative-o de novo, no console ou com countersign client update.',
    },
    client_ids_differ: {
      what: 'O client_id do corpo e o das credenciais são diferentes.',
      remedy: 'Indique o mesmo cliente nos dois lugares.',
    },
    several_methods: {
      what: 'O pedido traz as credenciais de mais de um método de autenticação (RFC 6749 §2.3).',
      remedy: 'Envie apenas as credenciais do token_endpoint_auth_method registrado.',
    },
    other_method_registered: {
      what: 'O cliente se autentica por outro método, não por aquele cujas credenciais enviou.',
      remedy: 'Use o token_endpoint_auth_method registrado, ou altere o registro.',
    },
    method_not_enabled: {
      what: 'O método de autenticação registrado está desligado nesta instalação.',
      remedy: 'Ative o autenticador dele em [[event_listener]] no deployment.toml.',
    },
    client_secret_wrong: {
      what: 'O client_secret não é o registrado.',
      remedy: 'Use o segredo mostrado quando foi gerado, ou gere outro.',
    },
    client_secret_absent: {
      what: 'O cliente não tem segredo, ou o pedido não traz nenhum.',
      remedy: 'Envie o segredo, ou gere um para este cliente.',
    },
    client_secret_in_clear: {
      what: 'O cliente deve assinar com o seu segredo (client_secret_jwt) e nunca enviá-lo, e enviou um segredo em claro.',
      remedy:
        'Faça-o enviar uma client_assertion assinada com o segredo (OIDC Core §9), ou registre client_secret_basic. Se its_own nas evidências for true, o segredo foi exposto: gere outro.',
    },
    certificate_chain_too_large: {
      what: 'O cliente enviou no handshake mais certificados do que este servidor guarda.',
      remedy:
        'Envie só o certificado e os intermediários dele, ou aumente max_certificate_chain_size em [transport.https].',
    },
    response_not_read: {
      what: 'O cliente ficou tanto tempo sem ler a resposta que a conexão foi encerrada.',
      remedy: 'Nada, a menos que o cliente seja seu: veja response_timeout em [transport.https].',
    },
    unproven_work_limited: {
      what: 'Pedidos deste endereço custaram muito e não provaram quem os enviou.',
      remedy: 'Aguarde; um proxy à frente deve repassar os endereços dos clientes dele ([transport.proxy]).',
    },
    client_assertion_invalid: {
      what: 'A client_assertion não é uma que este servidor possa aceitar (RFC 7523 §3).',
      remedy: 'Corrija o claim, o cabeçalho ou a chave indicados nas evidências.',
    },
    client_assertion_replayed: {
      what: 'A client_assertion já foi usada (RFC 7523 §3, jti).',
      remedy: 'Crie uma asserção nova para cada pedido.',
    },
    authenticator_refused: {
      what: 'Um autenticador plug-in recusou o cliente.',
      remedy: 'As evidências trazem o motivo dado pelo plug-in.',
    },
    authenticator_failed: {
      what: 'Um autenticador plug-in lançou um erro ou demorou demais; o pedido foi recusado.',
      remedy: 'Conserte o plug-in indicado nas evidências, ou desative o seu [[event_listener]].',
    },
    dpop_proof_invalid: {
      what: 'A prova DPoP não é uma que este servidor possa aceitar (RFC 9449 §4.3).',
      remedy: 'Corrija o cabeçalho ou o claim indicado nas evidências.',
    },
    dpop_proof_missing: {
      what: 'O cliente está registrado para DPoP e não enviou prova.',
      remedy: 'Envie um cabeçalho DPoP, ou defina dpop_bound_access_tokens como false.',
    },
    dpop_proof_replayed: {
      what: 'A prova DPoP já foi usada (RFC 9449 §11.1).',
      remedy: 'Crie uma prova nova, com um jti próprio, para cada pedido.',
    },
    dpop_nonce_needed: {
      what: 'A prova DPoP não traz um nonce deste servidor, ou traz um antigo demais (RFC 9449 §8).',
      remedy:
        'Não há nada errado; o cliente tenta de novo com o nonce do cabeçalho DPoP-Nonce. Veja dpop_nonce em [oauth].',
    },
    dpop_key_differs: {
      what: 'A autorização está vinculada à chave de outra prova DPoP (RFC 9449 §10).',
      remedy: 'Use a chave indicada por dpop_jkt ou pelo pedido enviado ao endpoint PAR.',
    },
    certificate_absent: {
      what: 'O cliente se autentica pelo seu certificado, mas nenhum chegou.',
      remedy:
        'Envie um no handshake TLS (curl --cert e --key). Atrás de um proxy, deixe o TLS passar ou configure [transport.proxy]. Verifique se clientAuth é "want" ou "require".',
    },
    certificate_to_bind_absent: {
      what: 'O cliente pediu tokens vinculados ao seu certificado (RFC 8705 §3.4), e nenhum chegou.',
      remedy:
        'Envie o certificado nos pedidos de token, também nas renovações, ou retire tls_client_certificate_bound_access_tokens: um cliente que nada diz recebe tokens vinculados quando apresenta um certificado. Verifique se clientAuth é "want" ou "require".',
    },
    certificate_not_registered: {
      what: 'O certificado apresentado não é nenhum dos registrados para este cliente.',
      remedy: 'Registre o certificado apresentado, ou apresente um dos registrados.',
    },
    certificate_renewed: {
      what: 'O certificado apresentado é uma renovação: a chave é a de um certificado registrado, mas o certificado é outro, com impressão própria.',
      remedy:
        'Registre o certificado apresentado ao lado daquele que ele renova (countersign client update --add-certificate), ou registre a chave como jwks ou jwks_uri sem x5c e x5t#S256: então vale qualquer certificado dessa chave.',
    },
    certificate_not_yet_valid: {
      what: 'O certificado apresentado ainda não é válido.',
      remedy: 'Aguarde até o notBefore dele, ou verifique os relógios.',
    },
    certificate_expired: {
      what: 'O certificado apresentado expirou.',
      remedy: 'Emita um novo certificado e registre-o ao lado do antigo.',
    },
    certificate_unreadable: {
      what: 'Um campo do certificado apresentado, necessário para a decisão, não pode ser lido como o RFC 5280 o define.',
      remedy:
        'Peça que o certificado seja emitido de novo por um software que escreva corretamente o campo indicado nas evidências; importar uma CA não resolve.',
    },
    certificate_not_trusted: {
      what: 'Nenhum caminho válido leva do certificado apresentado a uma âncora de confiança deste cliente.',
      remedy:
        'As evidências indicam o certificado e o campo que falham; importe a CA que falta ou envie a cadeia.',
    },
    certificate_subject_differs: {
      what: 'O certificado é confiável, mas o subject não é o registrado (RFC 8705 §2.1.2).',
      remedy: 'Compare o esperado com o apresentado; registre o valor tal como está no certificado.',
    },
    certificate_revoked: {
      what: 'O certificado, ou um acima dele, está revogado.',
      remedy: NOVO_CERTIFICADO,
    },
    certificate_revocation_unknown: {
      what: 'Não foi possível determinar a revogação, e o grupo de confiança a exige.',
      remedy: REVOGACAO_DESCONHECIDA,
    },
    certificate_not_admitted: {
      what: 'O certificado não remonta ao truststore; por isso esta instalação não o examina.',
      remedy: 'Importe-o no truststore, ou defina trustManagerClassName como na documentação.',
    },
    certificate_header_refused: {
      what: 'Um cabeçalho com certificado de cliente não foi aceito.',
      remedy: 'Configure o proxy e o formato que ele envia em [transport.proxy].',
    },
    certificate_header_folded: {
      what: 'Um cabeçalho de certificado tem quebras de linha no valor, como o nginx escreve $ssl_client_cert; o HTTP não tem cabeçalhos assim (RFC 9112 §5.2).',
      remedy:
        'Faça o nginx enviar $ssl_client_escaped_cert, ou outro proxy enviar o certificado em percent-encoding ou em uma só linha; veja docs/load-balancers.',
    },
    jwks_unavailable: {
      what: 'A jwks_uri do cliente não pôde ser lida; por isso o certificado dele não pôde ser verificado.',
      remedy: 'Veja o motivo nas evidências; a URI deve responder com um JWK set por https.',
    },
    grant_type_unsupported: {
      what: 'Este servidor não conhece o grant_type.',
      remedy: 'Os conhecidos estão nos metadados, em grant_types_supported.',
    },
    grant_type_not_registered: {
      what: 'O cliente não está registrado para este grant_type.',
      remedy: 'Adicione-o aos grant_types do cliente.',
    },
    scope_malformed: {
      what: 'O scope não é uma lista de scope tokens separados por espaços (RFC 6749 §3.3).',
      remedy: 'Corrija o parâmetro scope.',
    },
    scope_not_registered: {
      what: 'O cliente pediu um scope para o qual não está registrado.',
      remedy: 'Adicione o scope ao registro, ou peça menos.',
    },
    user_unknown: {
      what: 'Nenhuma conta tem este nome de usuário.',
      remedy: 'Verifique o nome de usuário; countersign user list mostra os que existem.',
    },
    user_disabled: {
      what: 'A conta está desativada.',
      remedy: 'Ative a conta de novo.',
    },
    password_wrong: {
      what: 'A senha não é a da conta.',
      remedy: 'Verifique a senha, ou defina uma nova com countersign user set-password.',
    },
    password_temporary: {
      what: 'A senha é temporária: é preciso escolher outra antes que ela abra qualquer coisa.',
      remedy: 'Entre na página da conta e escolha uma nova senha; ela vale a partir de então.',
    },
    action_required: {
      what: 'A pessoa precisa fazer algo na próxima entrada antes que algo seja emitido: required_actions nas evidências.',
      remedy:
        'Faça a pessoa entrar na página da conta, que pede isso. verify_email é feito por um administrador: confirme o endereço e depois defina o claim email_verified, ou retire a ação com countersign user update --required-actions.',
    },
    sign_in_link_over: {
      what: 'Foi aberto um link de acesso que já não vale: foi usado, encerrado ou substituído, o tempo dele acabou, ou a conta mudou desde então.',
      remedy:
        'Crie outro, com countersign user sign-in-link ou no console. O que o encerrou está em why nas evidências, quando se sabe. Um link usado que a própria pessoa não usou é sinal de que outros o leem.',
    },
    sign_in_links_limited: {
      what: 'De um mesmo endereço vieram há pouco links de acesso demais que não existem.',
      remedy: 'Aguarde; o limite termina sozinho. Muitos, de um só endereço, são tentativas de adivinhar.',
    },
    guessing_limited: {
      what: 'Foram tentadas há pouco senhas erradas demais, ou segredos errados de um cliente.',
      remedy: 'Aguarde o tempo indicado nas evidências, ou desbloqueie a conta.',
    },
    parameter_too_long: {
      what: 'Um parâmetro é mais longo do que este servidor lê.',
      remedy: 'Envie um valor mais curto; as evidências indicam o parâmetro e o limite.',
    },
    parameter_unsupported: {
      what: 'O pedido usa um parâmetro ou valor que este servidor não aceita.',
      remedy: 'O documento de metadados lista o que é aceito.',
    },
    redirect_uri_not_registered: {
      what: 'A redirect_uri não é nenhuma das registradas para o cliente; a comparação é exata.',
      remedy: 'Registre a URI exatamente como o cliente a envia, ou corrija o cliente.',
    },
    response_type_not_registered: {
      what: 'O cliente não está registrado para este response_type.',
      remedy:
        'Registre o cliente com o response type mostrado nas evidências e com grant_types authorization_code.',
    },
    jwe_invalid: {
      what: 'Um request object cifrado não pode ser aberto, ou usa o que não é permitido.',
      remedy:
        'Cifre-o de novo para uma chave com use enc da jwks_uri deste servidor, com o que listam request_object_encryption_alg_values_supported e request_object_encryption_enc_values_supported; as evidências indicam o membro.',
    },
    jwe_compressed: {
      what: 'Um request object cifrado se declara comprimido: o tamanho a que se expande não tem limite (RFC 8725 §3.6).',
      remedy: 'Cifre-o sem zip.',
    },
    jwe_key_unknown: {
      what: 'Um request object foi cifrado para uma chave com a qual este servidor não decifra.',
      remedy: 'Busque a jwks_uri de novo e use uma chave com use enc; uma que assina nunca decifra.',
    },
    nested_jwt_unsigned: {
      what: 'O que um request object traz cifrado não está assinado: qualquer um pode cifrar para uma chave pública.',
      remedy: 'Assine primeiro o request object e depois cifre o JWT assinado.',
    },
    request_object_not_encrypted: {
      what: 'Pelo perfil do cliente o request object deve ser cifrado, e veio apenas assinado.',
      remedy:
        'Cifre o request object assinado para uma chave com use enc da jwks_uri deste servidor, ou envie-o pelo endpoint PAR.',
    },
    key_of_other_use: {
      what: 'O que foi apresentado pertence a uma chave que o cliente publicou para cifrar: não prova nada.',
      remedy:
        'Assine com uma chave cujo use seja sig ou não exista, ou apresente o certificado de uma assim.',
    },
    client_encryption_key_missing: {
      what: 'O cliente registrou cifragem, e o JWK Set dele já não tem chave para a qual cifrar: nada foi enviado.',
      remedy:
        'Publique uma chave com use enc que sirva para o alg registrado; as evidências listam o que há.',
    },
    hybrid_flow_incomplete: {
      what: 'A um pedido do hybrid flow (code id_token) falta o que o seu ID token exige (OIDC Core §3.3.2).',
      remedy: 'Envie o scope openid e um nonce.',
    },
    response_mode_unsafe: {
      what: 'O response_mode levaria um ID token na query de um endereço (Multiple Response Types §5).',
      remedy: 'Omita response_mode, ou use fragment, form_post, fragment.jwt ou form_post.jwt.',
    },
    pkce_missing: {
      what: 'O cliente deve usar PKCE e não enviou code_challenge (RFC 7636 §4.3).',
      remedy:
        'Envie code_challenge com code_challenge_method S256; veja require_pkce em [oauth] e no cliente.',
    },
    pkce_verifier_differs: {
      what: 'O code_verifier não corresponde ao code_challenge do pedido de autorização (RFC 7636 §4.6).',
      remedy: 'Envie o verifier do qual o challenge foi feito, e nenhum quando não houve challenge.',
    },
    pushed_request_required: {
      what: 'O cliente deve enviar os seus pedidos de autorização por PAR (RFC 9126 §6).',
      remedy: 'Envie o pedido primeiro ao endpoint PAR, ou altere o registro.',
    },
    pushed_request_unknown: {
      what: 'A request_uri é desconhecida, já usada, expirada ou de outro cliente (RFC 9126 §4).',
      remedy: 'Envie o pedido de novo ao endpoint PAR e use a request_uri uma vez, logo em seguida.',
    },
    request_object_invalid: {
      what: 'O request object não é um que este servidor possa aceitar (RFC 9101 §6).',
      remedy: 'Corrija o claim, o cabeçalho ou a chave indicados nas evidências.',
    },
    request_object_missing: {
      what: 'O cliente deve assinar os seus pedidos de autorização (RFC 9101).',
      remedy: 'Envie os parâmetros em um request object assinado, ou altere o registro.',
    },
    request_object_replayed: {
      what: 'O request object já foi usado (o seu jti).',
      remedy: 'Crie um request object novo para cada pedido.',
    },
    request_uri_not_registered: {
      what: 'A request_uri não vem do endpoint PAR nem está registrada para o cliente.',
      remedy: 'Adicione-a às request_uris do cliente; a comparação é exata, exceto pelo fragmento.',
    },
    request_uri_unavailable: {
      what: 'O request object não pôde ser obtido da sua request_uri.',
      remedy:
        'Veja o motivo nas evidências; endereços privados precisam constar de allowed_addresses em [outbound].',
    },
    profile_rule_broken: {
      what: 'O pedido viola uma regra do perfil de segurança do cliente; as evidências indicam a cláusula.',
      remedy: 'Faça o cliente seguir a cláusula, ou registre-o sem o perfil.',
    },
    authorization_details_invalid: {
      what: 'Os authorization_details não podem ser aceitos (RFC 9396 §5).',
      remedy:
        'Corrija o campo indicado nas evidências; os tipos estão em [[authorization_details_type]] e no registro.',
    },
    pending_request_unknown: {
      what: 'A entrada não pertence a nenhum pedido de autorização deste navegador que ainda esteja aberto.',
      remedy: 'Comece de novo na aplicação; é preciso permitir cookies.',
    },
    sign_in_needed: {
      what: 'A pessoa precisa entrar, e o pedido proíbe perguntar (prompt=none).',
      remedy: 'Envie o pedido de novo sem prompt=none.',
    },
    consent_needed: {
      what: 'A pessoa precisa consentir, e o pedido proíbe perguntar (prompt=none).',
      remedy: 'Envie o pedido de novo sem prompt=none.',
    },
    person_refused: {
      what: 'A pessoa não deixou a aplicação entrar.',
      remedy: 'Não há nada errado; a aplicação deve dizer isso à pessoa.',
    },
    other_person_signed_in: {
      what: 'O pedido é para uma pessoa, e outra entrou.',
      remedy: 'Entre como a pessoa que a aplicação espera.',
    },
    authentication_too_weak: {
      what: 'O pedido exige um contexto de autenticação que a entrada não alcançou.',
      remedy: 'Configure o segundo fator que a aplicação exige.',
    },
    form_out_of_date: {
      what: 'Um formulário voltou sem o token da página em que estava, ou de outro site.',
      remedy:
        'Recarregue a página; é preciso permitir cookies. Vindo de outro site, é assim que aparecem pedidos forjados.',
    },
    second_factor_needed: {
      what: 'A senha está certa, mas a pessoa configurou um segundo fator, que não pode ser pedido aqui.',
      remedy: 'Entre pela página de entrada: com o grant authorization_code ou device_code, ou no console.',
    },
    second_factor_wrong: {
      what: 'O código não é o atual do aplicativo autenticador nem um código de recuperação não usado.',
      remedy: 'Verifique o relógio do telefone, ou use um código de recuperação.',
    },
    passkey_not_accepted: {
      what: 'A passkey não pôde ser registrada ou provada (WebAuthn §7).',
      remedy: 'As evidências dizem qual verificação falhou.',
    },
    certificate_of_no_account: {
      what: 'Nenhuma conta registrou o certificado apresentado para entrar.',
      remedy: 'Entre com a senha e registre o certificado na página da conta.',
    },
    sign_out_request_invalid: {
      what: 'Um pedido de saída indica um ID token, um cliente ou um endereço que não combinam (RP-Initiated Logout §2).',
      remedy:
        'Envie um ID token deste servidor e uma post_logout_redirect_uri registrada para o cliente dele.',
    },
    code_unknown: {
      what: 'O código de autorização nunca foi emitido, ou terminou há muito tempo.',
      remedy: 'Inicie uma nova autorização.',
    },
    code_expired: {
      what: 'O código de autorização expirou.',
      remedy: 'Troque o código logo em seguida, ou aumente authorization_code_lifetime em [oauth].',
    },
    code_reused: {
      what: 'O código de autorização já foi usado; tudo o que foi emitido a partir dele está revogado (RFC 6749 §4.1.2).',
      remedy: 'Descubra quem mais tem o código; um cliente deve enviá-lo uma única vez.',
    },
    code_of_another_client: {
      what: 'O código de autorização foi emitido para outro cliente; agora é nulo.',
      remedy: 'Descubra como o código chegou a este cliente: é assim que se apresenta um ataque de mix-up.',
    },
    redirect_uri_differs: {
      what: 'A redirect_uri não é a do pedido de autorização (RFC 6749 §4.1.3).',
      remedy: 'Envie a mesma redirect_uri nos dois pedidos.',
    },
    refresh_token_unknown: {
      what: 'O refresh token nunca foi emitido, ou terminou há muito tempo.',
      remedy: 'Inicie uma nova autorização.',
    },
    refresh_token_expired: {
      what: 'O refresh token ficou tempo demais sem uso, ou a entrada que ele prolonga chegou ao fim.',
      remedy:
        'Inicie uma nova autorização; veja refresh_token_lifetime e refresh_token_idle_lifetime, do cliente ou então de [oauth].',
    },
    refresh_token_reused: {
      what: 'O refresh token já havia sido substituído, e não neste instante; ele e todos os sucessores estão revogados (RFC 9700 §4.14.2).',
      remedy:
        'Descubra quem mais tem o token; um cliente deve usar o mais novo. Veja refresh_token_reuse_window em [oauth].',
    },
    refresh_token_of_another_client: {
      what: 'O refresh token foi emitido para outro cliente.',
      remedy: 'Descubra como o token chegou a este cliente.',
    },
    grant_revoked: {
      what: 'A autorização foi revogada.',
      remedy: 'Inicie uma nova autorização.',
    },
    session_ended: {
      what: 'A pessoa saiu ou a sessão terminou, e o cliente não recebeu offline_access.',
      remedy: 'Inicie uma nova autorização, ou peça o scope offline_access.',
    },
    client_not_confidential: {
      what: 'O endpoint só responde a clientes que se autenticam.',
      remedy: 'Registre o cliente com um token_endpoint_auth_method diferente de none.',
    },
    token_of_another_client: {
      what: 'O token foi emitido para outro cliente.',
      remedy: 'Um cliente só pode revogar os próprios tokens.',
    },
    registration_closed: {
      what: 'Esta instalação não registra clientes dinamicamente.',
      remedy: 'Registre o cliente com countersign client add, ou defina mode em [registration].',
    },
    waiting_requests_limited: {
      what: 'Já há pedidos demais deste endereço à espera de uma pessoa.',
      remedy:
        'Aguarde dez minutos, ou aumente waiting_requests_per_address em [oauth]; um proxy à frente deve repassar os endereços dos clientes dele.',
    },
    registration_limited: {
      what: 'Foram tentados registros demais deste endereço em uma hora.',
      remedy: 'Aguarde, ou aumente max_requests_per_address em [registration].',
    },
    initial_access_token_unknown: {
      what: 'O initial access token nunca foi criado, ou foi removido.',
      remedy: 'Crie um com countersign registration-token add.',
    },
    certificate_not_proven: {
      what: 'Um cliente que registra a si mesmo indicou como seu o certificado de uma autoridade, de uma âncora de confiança ou de um administrador, sem apresentá-lo.',
      remedy:
        'Envie o registro por TLS com esse certificado, registre um sem basicConstraints CA:TRUE, ou faça um administrador registrar o cliente.',
    },
    initial_access_token_spent: {
      what: 'O initial access token expirou ou já registrou tantos clientes quanto pode.',
      remedy: 'Crie outro com countersign registration-token add.',
    },
    initial_access_token_group_gone: {
      what: 'O grupo em que entram os clientes do initial access token já não existe.',
      remedy: 'Crie outro token com countersign registration-token add, e remova este.',
    },
    registration_access_token_wrong: {
      what: 'O registration access token não é o atual deste cliente, ou não existe tal cliente.',
      remedy: 'Cada resposta do endpoint de registro pode trazer um novo token; use o mais novo.',
    },
    client_metadata_invalid: {
      what: 'Os metadados do cliente não podem ser aceitos (RFC 7591 §2).',
      remedy: 'Corrija o campo indicado nas evidências.',
    },
    sector_unverified: {
      what: 'O documento em sector_identifier_uri não lista as URIs do cliente, ou não pôde ser obtido.',
      remedy:
        'Publique lá um array JSON com todas as redirect URIs e, para um cliente CIBA, a jwks_uri, sem redirecionamentos; fault e why nas evidências dizem o que está errado.',
    },
    registration_policy_exceeded: {
      what: 'O cliente pediu mais do que [registration] deixa os clientes registrarem.',
      remedy: 'Peça menos, ou permita-o em [registration].',
    },
    software_statement_absent: {
      what: 'Esta instalação só registra clientes com um software statement.',
      remedy: 'Envie software_statement, ou defina require_software_statement = false em [registration].',
    },
    software_statement_invalid: {
      what: 'O software statement não pode ser lido, ou a assinatura dele está errada (RFC 7591 §2.3).',
      remedy: 'Obtenha um statement da autoridade que o emite; as evidências dizem qual verificação falhou.',
    },
    software_statement_expired: {
      what: 'O software statement expirou, ou é mais antigo que o max_age da sua autoridade.',
      remedy: 'Obtenha um novo statement da autoridade que o emite.',
    },
    software_statement_authority_unknown: {
      what: 'O software statement foi emitido por uma autoridade que esta instalação não conhece.',
      remedy: 'Se for para acreditar nela, adicione-a em [[registration.software_statement_authority]].',
    },
    software_statement_of_another_format: {
      what: 'Ao software statement faltam os claims que o formato da sua autoridade tem.',
      remedy:
        'Envie um statement desse diretório, ou corrija format em [[registration.software_statement_authority]].',
    },
    software_statement_of_inactive_software: {
      what: 'O diretório diz que a organização ou o software não está ativo.',
      remedy: 'Peça ao diretório que o ative, e obtenha um novo statement.',
    },
    software_statement_exceeded: {
      what: 'O cliente pediu uma redirect URI ou chaves que não são as do seu software statement.',
      remedy: 'Peça as do statement, ou peça ao diretório que o altere.',
    },
    signed_registration_invalid: {
      what: 'Um registro enviado como JWT não pode ser aceito como verdadeiro: as evidências indicam o membro.',
      remedy: 'Assine-o com uma chave do software, para este servidor, com iss, aud, iat, exp e jti.',
    },
    signed_registration_replayed: {
      what: 'Um registro enviado como JWT já havia sido enviado.',
      remedy: 'Assine um novo, com um jti próprio.',
    },
    software_statement_keys_unavailable: {
      what: 'As chaves da autoridade de um software statement não puderam ser obtidas.',
      remedy: 'Veja as evidências; verifique jwks em [[registration.software_statement_authority]].',
    },
    resource_malformed: {
      what: 'Um resource não é uma URI absoluta sem fragmento (RFC 8707 §2).',
      remedy: 'Corrija o parâmetro resource.',
    },
    resource_not_allowed: {
      what: 'O cliente não pode pedir tokens para este resource.',
      remedy: 'Adicione-o a [[resource]] ou aos allowed_resources do cliente.',
    },
    resource_not_granted: {
      what: 'O resource não está entre os da autorização.',
      remedy: 'Indique-o também no pedido de autorização (RFC 8707 §2.2).',
    },
    token_type_unsupported: {
      what: 'Este tipo de token não pode ser trocado nem pedido (RFC 8693 §3).',
      remedy: 'Troque tokens de acesso ou ID tokens deste servidor por tokens de acesso.',
    },
    exchange_not_allowed: {
      what: 'O cliente não pode trocar este token: não foi emitido para ele nem se destina a ele.',
      remedy: 'Adicione uma audience do token a token_exchange.subject_audiences do cliente.',
    },
    id_token_of_authorization_endpoint: {
      what: 'O ID token veio do endpoint de autorização, por um navegador: vale apenas pelo seu código.',
      remedy: 'Troque o ID token do endpoint de token.',
    },
    exchanged_token_unproven: {
      what: 'O token está vinculado a um certificado ou a uma chave que o cliente da troca não prova.',
      remedy: 'Apresente esse certificado, ou defina token_exchange.bound_tokens = "any" para o cliente.',
    },
    authorization_pending: {
      what: 'A pessoa ainda não decidiu.',
      remedy: 'Não há nada errado; o cliente pergunta de novo depois do intervalo.',
    },
    polled_too_soon: {
      what: 'O cliente perguntou de novo antes do fim do intervalo; agora ele dura cinco segundos a mais.',
      remedy: 'Espere o intervalo entre dois pedidos (RFC 8628 §3.5).',
    },
    deferred_authorization_used: {
      what: 'Para este auth_req_id já foram dados tokens, e o perfil do cliente só admite isso uma vez.',
      remedy: 'Pergunte à pessoa de novo; guarde a primeira resposta.',
    },
    deferred_authorization_unknown: {
      what: 'O device_code ou auth_req_id nunca foi emitido, foi usado por outro portador, ou terminou há muito tempo.',
      remedy: 'Comece de novo.',
    },
    deferred_authorization_expired: {
      what: 'A pessoa não decidiu a tempo.',
      remedy:
        'Comece de novo; veja device_code_lifetime, do cliente ou então de [oauth], e backchannel_authentication_lifetime em [oauth].',
    },
    deferred_authorization_of_another_client: {
      what: 'O device_code ou auth_req_id foi emitido para outro cliente.',
      remedy: 'Descubra como ele chegou a este cliente.',
    },
    user_code_unknown: {
      what: 'Nenhum dispositivo espera com este código.',
      remedy:
        'Verifique o código no dispositivo, ou comece de novo lá; os códigos terminam depois de algum tempo.',
    },
    user_codes_limited: {
      what: 'Foram tentados há pouco códigos de dispositivo errados demais.',
      remedy: 'Aguarde; o bloqueio termina sozinho.',
    },
    approvals_limited: {
      what: 'Já há pedidos demais à espera desta pessoa.',
      remedy: 'Aguarde até que a pessoa decida ou os pedidos expirem.',
    },
    grant_plug_in_refused: {
      what: 'Um plug-in de grant recusou o pedido.',
      remedy: 'As evidências trazem o motivo dado pelo plug-in.',
    },
    grant_plug_in_failed: {
      what: 'Um plug-in de grant lançou um erro, demorou demais ou respondeu o que não pode; o pedido foi recusado.',
      remedy: 'Conserte o plug-in indicado nas evidências.',
    },
    claims_plug_in_failed: {
      what: 'Um plug-in ao qual se pede um claim lançou um erro, demorou demais, respondeu o que não pode, ou não está carregado aqui; o pedido foi recusado.',
      remedy: 'Conserte o plug-in indicado nas evidências, ou remova a regra de claim que o menciona.',
    },
    plug_in_unavailable: {
      what: 'O processo de um plug-in terminou durante o pedido, ou não está lá; o pedido foi recusado.',
      remedy:
        'As evidências dizem por quê; o servidor inicia o processo de novo sozinho. Conserte o plug-in.',
    },
    token_absent: {
      what: 'O pedido não traz token de acesso.',
      remedy: 'Envie Authorization: Bearer com um token deste servidor.',
    },
    token_invalid: {
      what: 'O token de acesso não é deste servidor, ou a assinatura dele está errada.',
      remedy: 'Obtenha um token deste servidor.',
    },
    token_for_another_audience: {
      what: 'O token de acesso é para outras audiences, não para o endpoint ao qual foi enviado (RFC 9068 §4).',
      remedy:
        'Envie-o para onde o aud dele diz, ou peça um sem resource; se o cliente tem scope_audiences, com openid ou outro scope que não tenha nenhuma lá.',
    },
    token_expired: {
      what: 'O token de acesso expirou.',
      remedy: 'Obtenha um novo.',
    },
    token_revoked: {
      what: 'O token, ou a autorização da qual ele veio, foi revogado.',
      remedy: 'Peça uma nova autorização.',
    },
    token_ended: {
      what: 'O token terminou com o que o seu cliente era quando foi emitido: um administrador encerrou os tokens dele, desativou-o, deu-lhe um novo segredo ou retirou o certificado ao qual o token está vinculado.',
      remedy: 'Deixe o cliente pedir um novo token.',
    },
    token_binding_differs: {
      what: 'O token está vinculado a um certificado ou a uma chave que o pedido não prova (RFC 8705 §3, RFC 9449 §7.1).',
      remedy:
        'Apresente o certificado, ou uma prova DPoP da chave, para o qual o token foi emitido. Um programa que só apresenta o certificado no endpoint de token lê sobre a pessoa no ID token: registre o cliente dele com scope_claims_in_id_token.',
    },
    scope_insufficient: {
      what: 'O scope do token não dá acesso a este endpoint.',
      remedy: 'Obtenha um token com o scope indicado nas evidências.',
    },
    administrator_unknown: {
      what: 'Quem chama não é administrador.',
      remedy:
        'Dê uma função à conta, ou use outra conta; no caso de um cliente, um owner deve escrever scopes de administração no scope dele.',
    },
    administrator_token_unbound: {
      what: 'Um cliente só é administrador com um token vinculado ao seu certificado (RFC 8705 §3), e este não está.',
      remedy:
        'Faça o cliente apresentar o certificado no endpoint de token, com tls_client_certificate_bound_access_tokens true se ele envia provas DPoP, e o mesmo certificado na API de administração.',
    },
    administration_of_trust: {
      what: 'Quem não é owner indicaria quem responde por um cliente que tem scopes da API de administração.',
      remedy:
        'Faça um owner alterar o truststore, ou dê aos clientes indicados nas evidências trust_anchors próprias.',
    },
    role_insufficient: {
      what: 'A função do administrador ou o scope do token não permite isto.',
      remedy: 'As evidências indicam o que é necessário.',
    },
    handshake_failed: {
      what: 'O handshake TLS não foi concluído.',
      remedy: 'As evidências trazem o que a biblioteca TLS diz e o que isso significa.',
    },
    tls_failed: {
      what: 'O TLS falhou em uma conexão cujo handshake estava concluído.',
      remedy: 'As evidências trazem o que a biblioteca TLS diz e o que isso significa.',
    },
    proxy_protocol_refused: {
      what: 'Uma conexão não começou com um cabeçalho PROXY protocol de um proxy confiável.',
      remedy:
        'Faça o proxy enviar um (versão 1 ou 2), indique o endereço dele em trusted_addresses de [transport.proxy], ou desligue proxy_protocol.',
    },
    connections_limited: {
      what: 'Mais conexões do que [transport.https] permite.',
      remedy: 'Aumente o limite, ou procure um cliente que não reutiliza conexões.',
    },
    internal_error: {
      what: 'Este servidor falhou; o pedido não foi executado.',
      remedy: 'O log tem o erro sob o mesmo ID de evento.',
    },
    storage_unavailable: {
      what: 'O banco de dados não responde.',
      remedy: 'Verifique [database.identity_db] e o próprio banco de dados; o servidor se recupera sozinho.',
    },
  },
  nearer: {
    paths: {
      'malformed-certificate': EMITIR_DE_NOVO,
      'unknown-issuer': 'Importe a CA que falta, ou faça o cliente enviar a cadeia.',
      'signature-invalid':
        'Uma CA com esse nome é conhecida, com outra chave: importe a que emitiu o certificado, ou apresente um certificado da que é conhecida.',
      'signature-algorithm-mismatch': EMITIR_DE_NOVO,
      'weak-signature-algorithm':
        'Peça que o certificado seja emitido de novo com um algoritmo de assinatura atual.',
      'unsupported-signature-algorithm':
        'Peça que o certificado seja emitido de novo com um algoritmo de assinatura atual.',
      'weak-key': 'Peça que o certificado seja emitido de novo para uma chave mais forte.',
      'unsupported-key': 'Peça que o certificado seja emitido de novo para uma chave de um tipo aceito.',
      'not-yet-valid':
        'Aguarde até o notBefore do certificado indicado nas evidências, ou verifique os relógios.',
      expired:
        'Renove o certificado indicado nas evidências; importe o renovado de uma CA ao lado do antigo.',
      'not-a-ca':
        'O certificado que emitiu este não é de uma CA: peça que este seja emitido por uma CA, ou aquele de novo, com basicConstraints CA:TRUE.',
      'path-too-long':
        'Uma CA do caminho permite menos intermediários abaixo dela: peça que o certificado seja emitido por uma CA mais próxima da raiz.',
      'key-usage':
        'Peça que o certificado indicado nas evidências seja emitido de novo com o key usage esperado, ou sem nenhum.',
      'extended-key-usage':
        'Peça que o certificado indicado nas evidências seja emitido de novo com a finalidade esperada, ou apresente um feito para autenticação de clientes.',
      'name-not-permitted':
        'As restrições de uma CA do caminho não permitem o nome: peça que o certificado seja emitido sem ele, ou por outra CA.',
      'name-excluded':
        'As restrições de uma CA do caminho excluem o nome: peça que o certificado seja emitido sem ele, ou por outra CA.',
      'name-constraint-unsupported':
        'Uma CA do caminho restringe nomes, e este não pode ser comparado com a restrição: peça que o certificado seja emitido sem ele.',
      policy: 'Peça que o certificado seja emitido sob a política esperada.',
      'unknown-critical-extension': 'Peça que o certificado seja emitido de novo sem a extensão crítica.',
      profile: EMITIR_DE_NOVO,
      'limit-exceeded': 'Envie uma cadeia mais curta, ou um certificado menor.',
      'its-own-authority':
        'Um certificado não responde por si mesmo: peça que o do cliente seja emitido por uma CA, com uma chave que não seja a da CA.',
      revoked: NOVO_CERTIFICADO,
      'revocation-unknown': REVOGACAO_DESCONHECIDA,
    },
    noAuthority:
      'Uma entrada do truststore tem o nome do emissor e não é uma autoridade: no_authority nas evidências diz por quê. Se ela deve emitir certificados de clientes, to_change diz como; caso contrário, peça que o certificado seja emitido por uma autoridade.',
    wrongPort: {
      what: 'O pedido chegou à porta errada: ele precisa do certificado do cliente, e a porta {port} não pede nenhum.',
      whatOfMain:
        'O pedido chegou à porta errada: ele precisa do certificado do cliente, e a porta principal não pede nenhum.',
      remedy:
        'Envie-o à porta {mtlsport}, {url}: com [transport.mtls] só esse listener pede certificados. Os metadados indicam os endpoints dele em mtls_endpoint_aliases (RFC 8705 §5); um cliente que não os lê precisa receber as URLs.',
    },
  },
};
