/** Which component each remedy of an integration restarts: what is named alike is one thing, and in one hand at a time. */

export interface Restartable {
  readonly id: string;
  /** The plugin host that carries its plugin. */
  readonly server: string;
  /** The configured remedies by name; one that names no component restarts something of its own. */
  readonly remedies: { readonly [name: string]: { readonly component?: string | undefined } };
}

/** By remedy; of remedies that are missing here nothing that is shared is touched. */
export function componentsOf({ id, server, remedies }: Restartable): { readonly [remedy: string]: string } {
  const configured = Object.entries(remedies).map(([name, { component }]) => [name, component ?? `${name}.${id}`]);
  return {
    'restart-plugin': `plugin:${id}`,
    'restart-server': `server:${server}`,
    ...Object.fromEntries(configured),
  };
}
