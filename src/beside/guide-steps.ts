/** The steps of the vendor's troubleshooting page for a person, in our own words. */

/** Where everything begins. */
const openTab = [
  'Open Config Tool and go to the task Plugins.',
  'Select the role {role} in the entity browser, then its tab Synchronization.',
] as const;

const watchIt = [
  'Follow the numbers per type under "Latest synchronization information". The role is yellow meanwhile; with many people this takes minutes to hours, and a long time is no fault.',
  'Answer here when the tab says whether it was successful.',
] as const;

const steps = {
  'start-synchronization': [
    // The one thing that makes all others pointless.
    'On the SiPass server, see whether the SiPass proxy service runs. If it does not, start it: that alone starts a full synchronization, and you can answer here.',
    ...openTab,
    'If the role is not running (red), right-click it, then Maintenance, and activate it, unless somebody has deactivated it on purpose.',
    'Press the Refresh icon beside "Currently synchronized entities" and note the numbers.',
    'If nothing is in progress, press "Start synchronization".',
    ...watchIt,
  ],
  'restart-plugin': [
    'Open Config Tool and go to the task Plugins.',
    'Right-click the role {role}, then Maintenance, and deactivate it. Its settings are kept; no events come meanwhile.',
    'Wait until it is shown as not running, and activate it in the same place.',
    'Wait until it is connected again. Alarms that are active in SiPass are raised once more: that is normal.',
    'On the tab Synchronization press "Start synchronization" unless one is in progress: whether a restart starts one is not known.',
    ...watchIt,
  ],
  'restart-server': [
    'Open Config Tool, select the role {role} and its tab Resources: it tells which server runs the role.',
    'Make sure that the other roles on that server may be interrupted: all of them stop.',
    'On that server restart the Windows service GenetecServer.',
    'Wait until the role is connected again, on that server or on the next one of its list.',
    'On the tab Synchronization press "Start synchronization" unless one is in progress.',
    ...watchIt,
  ],
  'restart-proxy': [
    'Log on to the SiPass server.',
    'Restart the Windows service of the SiPass proxy. Its name differs from site to site; it is installed under "Genetec\\SiPass Proxy".',
    'A full synchronization begins by itself: first the proxy reads everything, then the role writes it.',
    ...openTab,
    ...watchIt,
  ],
} as const;

export type GuidedRemedy = keyof typeof steps;

/** @param role its name, or its GUID */
export const guideSteps = (remedy: GuidedRemedy, role: string): string[] =>
  steps[remedy].map((step) => step.replace('{role}', () => role));
