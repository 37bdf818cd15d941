/** Whether anything accepts connections at an address: the plainest evidence there is, free of sessions and licences. */
import { connect } from 'node:net';

type Answer = 'accepted' | 'refused' | 'silence';

/** Opens and closes a TCP connection to the host and port of a URL; false when refused, unreachable or too late. */
export async function isReachable(url: string, timeoutMs: number): Promise<boolean> {
  return (await knock(addressOf(url), timeoutMs)) === 'accepted';
}

/**
 * Whether the machine of a URL is up: it accepts or refuses a connection at the port of the URL, or at one of the others.
 * Null when it is silent and no other ports are known: a firewall is silent, too.
 */
export async function hostAnswers(
  url: string,
  otherPorts: readonly number[],
  timeoutMs: number,
): Promise<boolean | null> {
  const { host, port } = addressOf(url);
  const answers = await Promise.all([port, ...otherPorts].map((one) => knock({ host, port: one }, timeoutMs)));
  if (answers.some((answer) => answer !== 'silence')) return true;
  return otherPorts.length > 0 ? false : null;
}

interface Address {
  readonly host: string;
  readonly port: number;
}

function addressOf(url: string): Address {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

function knock({ host, port }: Address, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (answer: Answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => finish('silence'));
    socket.once('connect', () => finish('accepted'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => finish(code === 'ECONNREFUSED' ? 'refused' : 'silence'));
  });
}
