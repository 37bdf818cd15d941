/** The roster keeps the contract of a source, against a small server that answers as the real one does. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeSource } from 'syncwarden/testing';
import { createRosterSource } from './roster-source.ts';

const ids = Array.from({ length: 7 }, (_, at) => `p${at}`);
const pageSize = 3;
let requests = 0;

function answer(url: URL): unknown {
  if (url.pathname === '/about') return { version: '4.2' };
  const after = url.searchParams.get('after');
  if (after === null) return personOf(url.pathname.replace('/people/', ''));
  const left = ids.filter((id) => id > after);
  return { people: left.slice(0, pageSize).map(personOf), more: left.length > pageSize, total: ids.length };
}

function personOf(id: string) {
  requests += 1;
  return ids.includes(id) ? { id, name: `Person ${id}`, badge: '', lastSeen: requests } : null;
}

describeSource('the roster', async () => {
  const server = createServer((request, response) => {
    const body = answer(new URL(request.url ?? '', 'http://roster.example'));
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port, not on a pipe
  return {
    source: createRosterSource(url),
    reopen: async () => createRosterSource(url),
    kinds: ['person'],
    keys: async () => ids,
    absentKey: 'p999',
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
});
