/** Under which key the fleet's instance runs: no integration can have it. */
export const fleetKey = '~fleet';
