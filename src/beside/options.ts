/** What a configuration file says about a plugin role of Genetec's that is watched, not replaced. */
import { z } from 'zod';
import { comparableTypes } from './vendor-counts.ts';

const milliseconds = (least: number) => z.number().int().min(least).max(86_400_000);

/** Options of `mode: beside`. Unknown members are refused. */
export const besideOptionsSchema = z.strictObject({
  /** The plugin role: its GUID, or its exact name. */
  role: z.string().min(1).max(100).default('SiPass'),
  /** The SiPass proxy service, which the role is connected to. */
  proxy: z
    .strictObject({
      /** Default: the host of `source.url`, on which the vendor installs the proxy. */
      host: z.string().min(1).max(255).optional(),
      /** 5645 is the documented default. */
      port: z.number().int().min(1).max(65_535).default(5645),
    })
    .prefault({}),
  /** Whether the site has enabled the synchronization of credentials. It is off unless somebody has. */
  credentials: z.boolean().default(false),
  /**
   * Types whose counts are compared. Door and Elevator are left out unless named: that an access point is a doorset, and
   * a floor point group a bank, is not documented.
   */
  compare: z.array(z.enum(comparableTypes)).min(1).default(['Cardholder', 'CardholderGroup', 'Credential']),
  /** Pause between two counts of what the role has, while a synchronization is watched. */
  countEveryMs: milliseconds(10).default(30_000),
  /** The role is done when it was green, and its counts the same, for so long. */
  quietMs: milliseconds(10).default(90_000),
  /** How long the proxy's port may take to accept a connection. */
  portTimeoutMs: milliseconds(10).default(3_000),
});

export type BesideOptions = z.output<typeof besideOptionsSchema>;

/** Where the proxy is expected. */
export interface ProxyAddress {
  readonly host: string;
  readonly port: number;
}

export function proxyAddress({ proxy }: BesideOptions, sourceUrl: string): ProxyAddress {
  // The brackets of an IPv6 address belong to the URL, not to the host.
  const host = proxy.host ?? new URL(sourceUrl).hostname.replace(/^\[|\]$/g, '');
  return { host, port: proxy.port };
}
