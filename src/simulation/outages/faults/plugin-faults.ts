/** Faults of the plugins and of the servers that carry them. */
import { type Fault, once } from './fault.ts';

export const pluginFaults = {
  'plugin-crash': ({ room, site }) => {
    room.servers.get(site.config.server)?.crashPlugin(site.id);
    return once;
  },
  'plugin-hang': ({ room, site }) => {
    const server = room.servers.get(site.config.server);
    if (!server) return null;
    server.hang();
    return () => server.thaw();
  },
  'host-crash': ({ room, site }) => {
    room.servers.get(site.config.server)?.crash();
    return once;
  },
} as const satisfies { readonly [kind: string]: Fault };
