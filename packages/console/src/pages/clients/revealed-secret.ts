import type { IssuedClient } from '../../api/admin-api.ts';
import { usesClientSecret } from './methods.ts';

/** A secret the server has just shown: kept for the next place to show it, and nowhere else. */
let revealed: { readonly client_id: string; readonly client_secret: string } | undefined;

export function reveal(client_id: string, client_secret: string | undefined): void {
  revealed = client_secret === undefined ? undefined : { client_id, client_secret };
}

/** Keeps the secret of a client that was just made or changed, where it proves anything. */
export function revealUsed({
  client_id,
  client_secret,
  token_endpoint_auth_method: method,
}: Pick<IssuedClient, 'client_id' | 'client_secret' | 'token_endpoint_auth_method'>): void {
  reveal(client_id, usesClientSecret(method) ? client_secret : undefined);
}

export const revealedFor = (client_id: string): string | undefined =>
  revealed?.client_id === client_id ? revealed.client_secret : undefined;

export function forgetRevealed(): void {
  revealed = undefined;
}
