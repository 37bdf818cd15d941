/** TCP ports that nobody uses right now, for processes that must keep their address over a restart. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below what systems give to connections and to port 0: until its process listens, nobody else is given one of these. */
const [portMin, portMax] = [20_000, 32_000];
const triesMax = 50;

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
  for (let tries = 1; ; tries += 1) {
    const server = createServer();
    try {
      await once(server.listen(randomInt(portMin, portMax), '127.0.0.1'), 'listening');
      return server;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === triesMax) throw error;
    }
  }
}

function portOf(server: Server | undefined): number {
  const address = server?.address() ?? null;
  if (address === null || typeof address === 'string') throw new Error('Invariant broken: a TCP server has a port');
  return address.port;
}
