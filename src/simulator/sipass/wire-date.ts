/** Dates as the HR API writes them: ISO 8601 in the server's local time, with its offset. */

/** Epoch milliseconds of a date on the wire; one without an offset is in the server's local time. Null if it is none. */
export function parseWireDate(text: string, utcOffset: string): number | null {
  const complete = /T/.test(text) ? text : `${text}T00:00:00`;
  const at = Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(complete) ? complete : `${complete}${utcOffset}`);
  return Number.isNaN(at) ? null : at;
}

/** For example `2100-12-31T00:00:00+01:00`. */
export function formatWireDate(epochMs: number, utcOffset: string): string {
  return `${new Date(epochMs + offsetMs(utcOffset)).toISOString().slice(0, 19)}${utcOffset}`;
}

function offsetMs(utcOffset: string): number {
  const sign = utcOffset.startsWith('-') ? -1 : 1;
  const [hours = '0', minutes = '0'] = utcOffset.slice(1).split(':');
  return sign * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
