/** Syslog: the bytes of RFC 5424, and real sockets over UDP, TCP and TLS. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { formatSyslog, framed, type SyslogMessage } from '../../src/notify/syslog-message.ts';
import { noon } from '../machines/notifications-driver.ts';
import { certificate, deliver, errorOf, messageOf } from './support.ts';

const message: SyslogMessage = {
  facility: 20,
  severity: 5,
  at: Date.UTC(2003, 9, 11, 22, 14, 15, 3),
  hostname: 'mymachine.example.com',
  appName: 'syncwarden',
  procId: null,
  msgId: 'ID47',
  dataId: 'exampleSDID@32473',
  data: { iut: '3', eventSource: 'App "x" [1] \\' },
  text: 'An event: Zürich',
};

describe('a message of RFC 5424', () => {
  test('has header, structured data with its escapes, and a text in UTF-8', () => {
    expect(formatSyslog(message).toString('utf8')).toBe(
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com syncwarden - ID47 ' +
        '[exampleSDID@32473 iut="3" eventSource="App \\"x\\" [1\\] \\\\"] \uFEFFAn event: Zürich',
    );
    expect([...formatSyslog({ ...message, data: {}, text: '' }).subarray(-3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  test.each([
    [0, 0, '<0>1 '],
    [16, 2, '<130>1 '],
    [23, 7, '<191>1 '],
  ])('of facility %i and severity %i begins with %s', (facility, severity, start) => {
    expect(formatSyslog({ ...message, facility, severity }).toString()).toMatch(new RegExp(`^${start}`));
  });

  test('says nothing by a hyphen, and has neither blanks nor foreign letters in its header', () => {
    const odd = { ...message, hostname: null, appName: 'sync warden é', procId: '', msgId: 'x'.repeat(50) };

    expect(formatSyslog(odd).toString()).toContain(`Z - syncwarden - ${'x'.repeat(32)} [`);
  });

  test('is one line, and is cut between two characters', () => {
    const whole = formatSyslog({ ...message, text: 'a\r\n b\nc' }).toString();
    expect(whole.endsWith('\uFEFFa b c')).toBe(true);
    const long = { ...message, text: 'é'.repeat(2_000) };
    const bytes = formatSyslog(long, 2_048);

    expect(bytes.length).toBeGreaterThan(2_045);
    expect(bytes.length).toBeLessThanOrEqual(2_048);
    expect(bytes.toString('utf8')).not.toContain('\uFFFD');
  });

  test('is framed by its length in bytes', () => {
    expect(framed(Buffer.from('é1')).toString()).toBe('3 é1');
  });
});

let close = () => {};
afterEach(() => close());
const channel = (port: number, transport: string, more: object = {}) => ({
  kind: 'syslog',
  host: '127.0.0.1',
  port,
  transport,
  timeoutMs: 5_000,
  ...more,
});
const expected = new RegExp(
  '^<130>1 2026-01-15T12:00:00.000Z site-1 syncwarden 42 incident-opened ' +
    '\\[syncwarden@32473 id="site-1:m-1" severity="critical" integration="hq" reason="counts-differ" incident="incident-1"\\] ' +
    '\uFEFFhq: The counts differ. Why: 12 cardholders are missing. \\(counts-differ\\) What happens next: ',
);

/** A server whose connections are read to their end. */
async function openStream(server: Server): Promise<{ port: number; texts: Promise<string>[] }> {
  const texts: Promise<string>[] = [];
  const event = 'setSecureContext' in server ? 'secureConnection' : 'connection';
  server.on(event, (socket: Socket) => {
    const parts: Buffer[] = [];
    socket.on('data', (part) => parts.push(part));
    socket.on('error', () => {});
    texts.push(new Promise((resolve) => socket.on('end', () => resolve(Buffer.concat(parts).toString()))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  close = () => server.close();
  return { port: (server.address() as { port: number }).port, texts };
}

describe('a syslog receiver', () => {
  test('gets one datagram over UDP', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    close = () => socket.close();
    const [[bytes]] = await Promise.all([once(socket, 'message'), deliver(channel(socket.address().port, 'udp'))]);

    expect(String(bytes)).toMatch(expected);
  });

  test('gets a frame over TCP, the same bytes for every try', async () => {
    const { port, texts } = await openStream(createServer());
    await deliver(channel(port, 'tcp'));
    await deliver(channel(port, 'tcp'));
    const [first = '', second] = await Promise.all(texts);
    const [, length, text = ''] = /^(\d+) ([\s\S]*)$/.exec(first) ?? [];

    expect(text).toMatch(expected);
    expect(Number(length)).toBe(Buffer.byteLength(text));
    expect(second).toBe(first);
  });

  test('gets a frame over TLS when its certificate is trusted, and nothing when it is not', async () => {
    const pem = { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) };
    const server = createTlsServer(pem);
    server.on('tlsClientError', () => {}); // the client that does not trust it
    const { port, texts } = await openStream(server);
    await deliver(channel(port, 'tls', { caFile: certificate.cert }));
    expect(await texts[0]).toContain('incident-opened');

    expect(await errorOf(deliver(channel(port, 'tls')))).toMatchObject({ code: 'SW_TLS_UNTRUSTED' });
    expect(texts).toHaveLength(1);
  });

  test('that is not there has certainly not got it', async () => {
    const { port } = await openStream(createServer());
    close();

    expect(await errorOf(deliver(channel(port, 'tcp')))).toMatchObject({ code: 'SW_UNREACHABLE' });
  });

  test.each([
    ['critical', 2],
    ['warning', 4],
    ['resolved', 5],
    ['info', 6],
  ] as const)('is told %s as severity %i of its facility', async (severity, number) => {
    const { port, texts } = await openStream(createServer());
    await deliver(channel(port, 'tcp', { facility: 4 }), { message: messageOf({ severity, at: noon }) });

    expect(await texts[0]).toContain(` <${4 * 8 + number}>1 `);
  });
});
