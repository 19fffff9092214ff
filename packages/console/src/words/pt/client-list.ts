import type { clientList as english } from '../en/client-list.ts';
import type { Translation } from '../message.ts';

export const clientList: Translation<typeof english> = {
  'clientlist.about':
    'As aplicações que obtêm tokens aqui; outros servidores chamam um cliente de “service provider”.',
  'clientlist.search': 'Buscar por nome ou client_id',
  'clientlist.hint':
    'O que outros servidores chamam de “service provider” e “client key” é aqui um cliente e seu client_id.',
  'clientlist.empty': 'Nenhum cliente ainda.',
  'clientlist.empty.hint': 'Adicione o primeiro: bastam um nome e seu certificado.',
  'clientlist.nomatch': 'Nenhum cliente corresponde.',
  'clientlist.state.any': 'Ativos e desativados',
  'clientlist.state.enabled': 'Ativos',
  'clientlist.state.disabled': 'Desativados',
  'clientlist.state.builtin': 'embutido',
  'clientlist.state.awaits': 'à espera de confirmação',
  'clientlist.method': 'Autenticação',
  'clientlist.method.filter': 'Método de autenticação',
  'clientlist.method.any': 'Todos os métodos',
  'clientlist.certificate.any': 'Qualquer certificado',
  'clientlist.certificate.none': 'Nenhum ainda é válido',
  'clientlist.certificate.expired': 'Tem um expirado',
  'clientlist.certificate.within': 'Um expira em até {days} dias',
  'clientlist.certificate.ended': {
    one: 'seu certificado expirou {when}',
    other: 'todos os {count} certificados expiraram, o último {when}',
  },
  'clientlist.certificate.soon': 'o último expira {when}',
  'clientlist.certificate.later': 'expira {when}',
  'clientlist.issued': 'Registrado',
  'clientlist.grants': 'Grant types',
  'clientlist.scope': 'scope',
  'clientlist.managed': 'Mantido por arquivos de',
  'clientlist.secret': 'Tem um segredo',
  'clientlist.enable.ask': { one: 'Ativar {count} cliente?', other: 'Ativar {count} clientes?' },
  'clientlist.enable.what': 'Eles voltam a poder obter tokens.',
  'clientlist.enable.done': { one: '{count} cliente está ativo.', other: '{count} clientes estão ativos.' },
  'clientlist.disable.ask': { one: 'Desativar {count} cliente?', other: 'Desativar {count} clientes?' },
  'clientlist.disable.what':
    'Eles não obtêm mais tokens até que alguém os ative; o que já têm continua valendo até expirar.',
  'clientlist.disable.done': {
    one: '{count} cliente está desativado.',
    other: '{count} clientes estão desativados.',
  },
  'clientlist.delete.ask': { one: 'Excluir {count} cliente?', other: 'Excluir {count} clientes?' },
  'clientlist.delete.what':
    'Eles desaparecem de vez, com seus certificados, autorizações, tokens e consentimentos. O que outros clientes e pessoas têm permanece.',
  'clientlist.delete.done': {
    one: '{count} cliente foi excluído.',
    other: '{count} clientes foram excluídos.',
  },
};
