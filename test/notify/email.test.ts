/** E-mail against a real SMTP server on loopback. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, test } from 'vitest';
import { certificate, deliver, errorOf, messageOf } from './support.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly text: string;
}

let closeServer = () => {};
let hangUp = () => {};
afterEach(() => closeServer());
const pem = { key: readFileSync(certificate.key), cert: readFileSync(certificate.cert) };

async function openServer(options: SMTPServerOptions = {}): Promise<{ port: number; mails: Mail[] }> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    ...pem,
    authOptional: true,
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const to = rcptTo.map(({ address }) => address);
        mails.push({ from, to, secure: session.secure, text: Buffer.concat(parts).toString() });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {}); // a client that distrusts the certificate hangs up
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closeServer = () => server.close();
  hangUp = () => {
    for (const connection of server.connections) connection.close();
  };
  const { port } = server.server.address() as AddressInfo; // it listens
  return { port, mails };
}

const channel = (port: number, more: object = {}) => ({
  kind: 'email',
  host: '127.0.0.1',
  port,
  from: 'syncwarden@site.example',
  to: ['anna@example.org', 'ben@example.org'],
  caFile: certificate.cert,
  timeoutMs: 5_000,
  ...more,
});

describe('an e-mail', () => {
  test('goes over TLS to everybody, with the same Message-ID for every try', async () => {
    const { port, mails } = await openServer();
    await deliver(channel(port));
    await deliver(channel(port));

    expect(mails).toHaveLength(2);
    expect(mails[0]).toMatchObject({
      from: 'syncwarden@site.example',
      to: ['anna@example.org', 'ben@example.org'],
      secure: true,
    });
    for (const { text } of mails) {
      expect(text).toContain('Message-ID: <site-1.m-1@site.example>');
      expect(text).toContain('Subject: Syncwarden, critical: hq: The counts differ.');
      expect(text).toContain('Auto-Submitted: auto-generated');
      expect(text).toContain('Date: Thu, 15 Jan 2026 12:00:00 +0000');
      expect(text).toContain('Why: 12 cardholders are missing. (counts-differ)');
    }
  });

  test('follows its templates, and a subject is one line whatever is in it', async () => {
    const { port, mails } = await openServer();
    const template = { subject: '{{integration}} {{severity}}: {{text}}', body: 'Look at {{ link }} ({{incident}})' };
    const message = messageOf({ text: 'one\r\nBcc: eve@example.org' });
    await deliver(channel(port, { template }), { message }, { dashboardUrl: 'https://watch.example/' });

    expect(mails[0]?.text).toContain('Subject: hq critical: one Bcc: eve@example.org');
    expect(mails[0]?.text).toContain('Look at https://watch.example/ (incident-1)');
    expect(mails[0]?.to).not.toContain('eve@example.org');
  });

  test('logs in with the password, which no error shows', async () => {
    const logins: string[] = [];
    const { port, mails } = await openServer({
      authOptional: false,
      onAuth({ username, password }, _session, done) {
        logins.push(`${username}:${password}`);
        done(password === 'right-word' ? null : new Error(`wrong: ${password}`), { user: username });
      },
    });
    await deliver(channel(port, { username: 'warden', password: 'right-word' }));
    const error = await errorOf(deliver(channel(port, { username: 'warden', password: 'wrong-word' })));

    expect([logins, mails.length]).toEqual([['warden:right-word', 'warden:wrong-word'], 1]);
    expect(error).toMatchObject({ code: 'SW_UNAUTHORISED' });
    expect(error.message).not.toContain('wrong-word');
  });

  test('is not sent to a server whose certificate is not trusted', async () => {
    const { port, mails } = await openServer();

    expect(await errorOf(deliver(channel(port, { caFile: undefined })))).toMatchObject({ code: 'SW_TLS_UNTRUSTED' });
    expect(mails).toEqual([]);
  });

  test('is not sent in clear text unless the configuration says so', async () => {
    const { port, mails } = await openServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] });

    expect(await errorOf(deliver(channel(port)))).toMatchObject({ code: expect.stringMatching(/UNREACHABLE|REFUSED/) });
    expect(mails).toEqual([]);
    await deliver(channel(port, { starttls: false }));
    expect(mails[0]?.secure).toBe(false);
  });

  test('may use TLS from the first byte', async () => {
    const { port, mails } = await openServer({ secure: true });
    await deliver(channel(port, { secure: true }));

    expect(mails[0]?.secure).toBe(true);
  });

  test.each([
    [550, 'SW_REFUSED'],
    [451, 'SW_SERVER_FAILED'],
  ])('that all recipients refuse with %i fails as %s', async (responseCode, code) => {
    const { port } = await openServer({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('not here'), { responseCode })),
    });

    expect(await errorOf(deliver(channel(port)))).toMatchObject({ code });
  });

  test('that one of the recipients refuses is delivered, with a warning that names them', async () => {
    const { port, mails } = await openServer({
      onRcptTo: ({ address }, _session, done) => done(address.startsWith('ben') ? new Error('not here') : null),
    });

    expect(await deliver(channel(port))).toMatchObject({ warning: expect.stringContaining('ben@example.org') });
    expect(mails[0]?.to).toEqual(['anna@example.org']);
  });

  test('whose connection breaks after it was sent leaves in doubt whether it has arrived', async () => {
    const { port } = await openServer({
      onData(stream) {
        stream.resume();
        stream.on('end', () => hangUp());
      },
    });

    expect(await errorOf(deliver(channel(port)))).toMatchObject({ code: 'SW_SESSION_LOST' });
  });

  test('to a server that says nothing fails when its time is up', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    closeServer = () => server.close();
    const { port } = server.address() as { port: number };

    expect(await errorOf(deliver(channel(port, { timeoutMs: 150 })))).toMatchObject({ code: 'SW_TIMEOUT' });
  });
});
