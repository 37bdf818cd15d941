/**
 * The server of a simulated site: the machine on which plugins live, as far as its network goes. What a plugin says to a
 * way's own port goes to its end, and back. A machine that hangs (SIGSTOP) still accepts connections, as the kernel of a
 * real one does, and nothing comes of them.
 *
 * Arguments: one `PORT:PORT` for each way.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const host = '127.0.0.1';

/** Ends the one with the other: half a connection helps nobody. */
function join(one: Socket, other: Socket): void {
  one.pipe(other);
  one.on('error', () => other.destroy());
  one.on('close', () => other.destroy());
}

async function open(way: string): Promise<void> {
  const [from, to] = way.split(':').map(Number);
  const server = createServer((near) => {
    const far = connect({ host, port: to ?? 0 });
    join(near, far);
    join(far, near);
  });
  server.listen(from, host);
  await once(server, 'listening');
}

const ways = process.argv.slice(2);
await Promise.all(ways.map(open));
// Without the site nobody needs it.
process.on('disconnect', () => process.exit(0));
console.log(JSON.stringify({ kind: 'ready', url: `http://${host}:${ways[0]?.split(':')[0]}`, pid: process.pid }));
