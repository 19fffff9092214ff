/** A secret the server has just shown: kept for the next place to show it, and nowhere else. */
let revealed: { readonly client_id: string; readonly client_secret: string } | undefined;

export function reveal(client_id: string, client_secret: string | undefined): void {
  revealed = client_secret === undefined ? undefined : { client_id, client_secret };
}

export const revealedFor = (client_id: string): string | undefined =>
  revealed?.client_id === client_id ? revealed.client_secret : undefined;

export function forgetRevealed(): void {
  revealed = undefined;
}
