import type { Client } from '../../api/admin-api.ts';

export type Snippet = { readonly name: string; readonly code: string };

const CERTIFICATE = 'client-certificate.pem';
const KEY = 'key.pem';

const usesCertificate = ({ token_endpoint_auth_method: method }: Client) =>
  method === 'self_signed_tls_client_auth' || method === 'tls_client_auth';
const usesBasic = ({ token_endpoint_auth_method: method }: Client) => method === 'client_secret_basic';
const usesPost = ({ token_endpoint_auth_method: method }: Client) => method === 'client_secret_post';

/** The grant a ready-made request shows: the one this client needs nobody's browser for, if it has one. */
function grantOf(client: Client): Readonly<Record<string, string>> {
  if (client.grant_types.includes('password')) {
    return { grant_type: 'password', username: '<USERNAME>', password: '<PASSWORD>' };
  }
  if (client.grant_types.includes('client_credentials')) return { grant_type: 'client_credentials' };
  return {
    grant_type: 'authorization_code',
    code: '<CODE>',
    redirect_uri: client.redirect_uris[0] ?? '<CALLBACK>',
    code_verifier: '<CODE_VERIFIER>',
  };
}

function formOf(client: Client): Record<string, string> {
  return {
    ...grantOf(client),
    ...(!usesBasic(client) && { client_id: client.client_id }),
    ...(usesPost(client) && { client_secret: '<CLIENT_SECRET>' }),
    ...(client.token_endpoint_auth_method === 'private_key_jwt' && {
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: '<SIGNED_JWT>',
    }),
  };
}

const shellQuoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** Placeholders stay readable; everything else is encoded as a form has it. */
const encoded = (text: string) => (/^<[A-Z_]+>$/.test(text) ? text : encodeURIComponent(text));

function curl(client: Client, issuer: string): string {
  const form = Object.entries(formOf(client))
    .map(([name, value]) => `${name}=${encoded(value)}`)
    .join('&');
  return [
    `curl --cacert server.pem -d ${form.includes("'") ? shellQuoted(form) : `"${form}"`}`,
    `-H "Content-Type: application/x-www-form-urlencoded"`,
    ...(usesBasic(client) ? [`-u ${shellQuoted(`${client.client_id}:<CLIENT_SECRET>`)}`] : []),
    `${issuer}/oauth2/token -i`,
    ...(usesCertificate(client) ? [`--cert ${CERTIFICATE} --key ${KEY}`] : []),
  ].join(' \\\n  ');
}

function node(client: Client, issuer: string): string {
  const url = new URL(issuer);
  const tls = usesCertificate(client)
    ? `  cert: readFileSync('${CERTIFICATE}'),\n  key: readFileSync('${KEY}'),\n`
    : '';
  const basic = usesBasic(client)
    ? `    authorization: 'Basic ' + Buffer.from(${JSON.stringify(`${client.client_id}:<CLIENT_SECRET>`)}).toString('base64'),\n`
    : '';
  return `import { readFileSync } from 'node:fs';
import { request } from 'node:https';

const form = new URLSearchParams(${JSON.stringify(formOf(client), null, 2)});

request({
  host: ${JSON.stringify(url.hostname)},
  port: ${url.port || 443},
  path: ${JSON.stringify(`${url.pathname.replace(/\/$/, '')}/oauth2/token`)},
  method: 'POST',
  ca: readFileSync('server.pem'), // the server's certificate, exported from its key store
${tls}  headers: {
    'content-type': 'application/x-www-form-urlencoded',
${basic}  },
}, (response) => response.pipe(process.stdout)).end(form.toString());
`;
}

function python(client: Client, issuer: string): string {
  const fields = Object.entries(formOf(client))
    .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`)
    .join('\n');
  return `import requests

answer = requests.post(
    "${issuer}/oauth2/token",
    data={
${fields
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
    },
${usesCertificate(client) ? `    cert=("${CERTIFICATE}", "${KEY}"),\n` : ''}${usesBasic(client) ? `    auth=(${JSON.stringify(client.client_id)}, "<CLIENT_SECRET>"),\n` : ''}    verify="server.pem",  # the server's certificate
)
answer.raise_for_status()
print(answer.json()["access_token"])
`;
}

function go(client: Client, issuer: string): string {
  const fields = Object.entries(formOf(client))
    .map(([name, value]) => `\t\t${JSON.stringify(name)}: {${JSON.stringify(value)}},`)
    .join('\n');
  const pair = usesCertificate(client)
    ? `	pair, err := tls.LoadX509KeyPair("${CERTIFICATE}", "${KEY}")
	if err != nil {
		panic(err)
	}
`
    : '';
  const config = usesCertificate(client)
    ? '&tls.Config{Certificates: []tls.Certificate{pair}, RootCAs: roots}'
    : '&tls.Config{RootCAs: roots}';
  const basic = usesBasic(client)
    ? `	request.SetBasicAuth(${JSON.stringify(client.client_id)}, "<CLIENT_SECRET>")\n`
    : '';
  return `package main

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func main() {
${pair}	roots := x509.NewCertPool()
	server, err := os.ReadFile("server.pem") // the server's certificate
	if err != nil {
		panic(err)
	}
	roots.AppendCertsFromPEM(server)
	form := url.Values{
${fields}
	}
	request, err := http.NewRequest("POST", "${issuer}/oauth2/token", strings.NewReader(form.Encode()))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
${basic}	client := &http.Client{Transport: &http.Transport{TLSClientConfig: ${config}}}
	response, err := client.Do(request)
	if err != nil {
		panic(err)
	}
	io.Copy(os.Stdout, response.Body)
}
`;
}

/** Requests for a token, ready to run for this very client. */
export function snippetsFor(client: Client, issuer: string): readonly Snippet[] {
  return [
    { name: 'curl', code: curl(client, issuer) },
    { name: 'Node.js', code: node(client, issuer) },
    { name: 'Python', code: python(client, issuer) },
    { name: 'Go', code: go(client, issuer) },
  ];
}
