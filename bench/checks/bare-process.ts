import { createServer } from 'node:http';

/** The least that can answer a proxy's question: it reads the request, and says yes to everything. */
createServer((_request, response) => {
  response.writeHead(200, { 'content-length': 0 }).end();
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.stdout.write('the gate is listening\n'));
