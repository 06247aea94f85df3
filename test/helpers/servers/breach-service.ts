import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Serves the range queries of Have I Been Pwned for a few passwords. */
export interface BreachService {
  url: string;
  /** Paths and headers of the received requests. */
  requests: Array<{ path: string; padding: string | undefined }>;
  /** Replaces the response to simulate a failure. */
  failure: ((response: ServerResponse) => void) | undefined;
  close(): Promise<void>;
}

export async function startBreachService(passwords: string[]): Promise<BreachService> {
  const hashes = passwords.map((password) =>
    createHash('sha1').update(password).digest('hex').toUpperCase(),
  );
  const answer = ({ url = '', headers }: IncomingMessage, response: ServerResponse) => {
    service.requests.push({ path: url, padding: headers['add-padding']?.toString() });
    if (service.failure) return service.failure(response);
    const prefix = url.slice('/range/'.length);
    const own = hashes.filter((hash) => hash.startsWith(prefix)).map((hash) => hash.slice(5));
    const lines = [`${'0'.repeat(35)}:3`, ...own.map((suffix) => `${suffix}:42`)];
    response.end(lines.join('\r\n'));
  };
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const service: BreachService = {
    url: `http://127.0.0.1:${port}/range`,
    requests: [],
    failure: undefined,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return service;
}
