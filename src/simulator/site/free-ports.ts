/** TCP ports that nobody uses right now, for processes that must keep their address over a restart. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** One port for each name. All are held until the last is known, so that no two are the same. */
export async function freePorts<Name extends string>(
  ...names: readonly Name[]
): Promise<{ readonly [name in Name]: number }> {
  const servers = await Promise.all(names.map(() => listening()));
  const ports = names.map((name, index) => [name, portOf(servers[index])] as const);
  await Promise.all(
    servers.map(async (server) => {
      server.close();
      await once(server, 'close');
    }),
  );
  return Object.fromEntries(ports) as { readonly [name in Name]: number }; // each name has its port
}

async function listening(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server | undefined): number {
  const address = server?.address() ?? null;
  if (address === null || typeof address === 'string') throw new Error('Invariant broken: a TCP server has a port');
  return address.port;
}
