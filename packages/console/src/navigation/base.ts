/**
 * The path of the issuer, which the server writes into the page: empty, or `/auth` where it is reached at
 * `https://id.example.org/auth`. Everything of the server is below it.
 */
export const BASE_PATH = document.documentElement.dataset.base ?? '';

/** The issuer, as the server calls itself. */
export const ISSUER = `${window.location.origin}${BASE_PATH}`;
