/**
 * What differs between generations of SiPass and matters to a reader: the numbers of a cardholder's status.
 *
 * The shape of lists and the meaning of `endIndex` differ as well, but are not in the table: nobody knows them for sure,
 * so the reader copes with every variant instead.
 */
export const profileNames = ['mp270', 'mp28x'] as const;

export type ProfileName = (typeof profileNames)[number];

/** A status that the server computes from the dates, the void flag and the workgroup of a person. */
export type KnownValidity = 'none' | 'valid' | 'void' | 'expired' | 'not-started' | 'workgroup-void';

/**
 * Status numbers by generation. 62 means *void* to the older servers and *valid* to the newer. Of the newer numbers only
 * 62 is proven; that the others moved by one as well would be a guess, and a guess here opens doors.
 */
export const statusTables: { readonly [P in ProfileName]: { readonly [status: number]: KnownValidity } } = {
  mp270: { 0: 'none', 61: 'valid', 62: 'void', 63: 'expired', 64: 'not-started', 65: 'workgroup-void' },
  mp28x: { 0: 'none', 62: 'valid' },
};
