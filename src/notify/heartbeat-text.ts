/** The sentence of a heartbeat: that somebody watches, and how many integrations are proven equal. */

/** `total` integrations are supervised, of which `proven` were equal at their last proof and are not disturbed now. */
export function heartbeatText({ total, proven }: { readonly total: number; readonly proven: number }): string {
  const all = total === 1 ? '1 integration' : `${total} integrations`;
  if (total === 0) return 'Still watching; no integration is configured.';
  return `Still watching, ${all}, ${proven === total ? 'all proven' : `${proven} proven, ${total - proven} not`}.`;
}
