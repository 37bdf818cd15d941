/** The whole menu. */
import { connectionFaults } from './connection-faults.ts';
import type { Fault } from './fault.ts';
import { machineFaults } from './machine-faults.ts';
import { peopleFaults } from './people-faults.ts';
import { pluginFaults } from './plugin-faults.ts';

export const menu = { ...connectionFaults, ...pluginFaults, ...machineFaults, ...peopleFaults } as const;
export type FaultKind = keyof typeof menu;
export const faultKinds = Object.keys(menu) as readonly FaultKind[]; // the keys of the literal above

/** Faults of the machine, its disk, its clock and its people: whoever is supervised there meets them. */
const ofAll: ReadonlySet<string> = new Set([...Object.keys(machineFaults), 'brake', 'dry-run']);

export const touchesAll = (kind: string): boolean => ofAll.has(kind);

export const faultOf = (kind: string): Fault => menu[kind as FaultKind]; // kinds come from this menu
