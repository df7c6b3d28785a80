import { createServer } from 'node:net';
import { CliError } from '../terminal/cli-error.js';

/**
 * The port to use: the wanted one when it is free, any for 0. Looked at before anything starts, because a sentence now is
 * worth more than a stack trace of a child later.
 *
 * @param variable the setting that names it, for the sentence
 * @param other a port given away already; a free one is another
 */
export async function claimPort(variable: string, port: number, host: string, other = 0): Promise<number> {
  const claimed = await probe(variable, port, host);
  return port === 0 && claimed === other ? claimPort(variable, port, host, other) : claimed;
}

function probe(variable: string, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => reject(new CliError(sentence(variable, port, host, error.code ?? error.message))));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function sentence(variable: string, port: number, host: string, code: string): string {
  const another = `start with another one: ${variable}=${port + 5} npm start`;
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is taken by another program (${variable}). Stop that program, or ${another}`;
  if (code === 'EACCES') return `Port ${port} (${variable}) needs more rights than this user has. Take one above 1023: ${variable}=3000 npm start`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host} (HOST). Use HOST=127.0.0.1, or HOST=0.0.0.0 to be reachable from outside.`;
  return `Port ${port} on ${host} cannot be used (${code}). Check HOST and ${variable}.`;
}
