/** Logging in, renewing, asking for the time-out and logging out. */
import { z } from 'zod';
import { bodyText, type Handler, type HrApiParts, header, type Route } from './route.ts';
import { SipassError } from './sipass-error.ts';

const credentialsSchema = z.object({ Username: z.string(), Password: z.string() });

/** The routes of `Authentication`. */
export function sessionRoutes({ world, sessions }: HrApiParts): readonly Route[] {
  const timeout: Handler = () => ({ status: 200, body: sessions.settings.sessionTimeoutS });
  return [
    [
      'POST authentication',
      async (exchange) => {
        const credentials = credentialsSchema.safeParse(parseJson(await bodyText(exchange)));
        if (!credentials.success) throw new SipassError(909, 'Username and Password are expected');
        const { Username: username, Password: password } = credentials.data;
        try {
          return {
            status: 200,
            body: { Token: sessions.login(username, password, header(exchange, 'clientuniqueid')) },
          };
        } catch (error) {
          const wrongPassword = error instanceof SipassError && error.errorCode === 911;
          if (wrongPassword && world.profile.badLogin === 'empty-token') return { status: 200, body: { Token: '' } };
          throw error;
        }
      },
    ],
    [
      'GET authentication',
      (exchange, key, session) =>
        exchange.query.has('sessiontimeout')
          ? timeout(exchange, key, session)
          : { status: 200, body: { Token: session } },
    ],
    ['GET authentication/sessiontimeout', timeout],
    [
      'DELETE authentication',
      (_exchange, _key, session) => {
        sessions.logout(session);
        return { status: 200, body: {} };
      },
    ],
  ];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
