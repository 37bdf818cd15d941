/** What the presets call, word for word, and what of a configuration would change that: refused when it is read. */
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remedySchema } from '../../src/remedies/create-remedy.ts';
import { dockerOptionsSchema, dockerRestartArgv, dockerStatusArgv } from '../../src/remedies/presets/docker.ts';
import {
  kubernetesOptionsSchema,
  kubernetesRestartArgv,
  kubernetesStatusArgv,
  kubernetesWaitArgv,
} from '../../src/remedies/presets/kubernetes.ts';
import { systemdOptionsSchema, systemdRestartArgv, systemdStatusArgv } from '../../src/remedies/presets/systemd.ts';
import { scArgv, windowsServiceOptionsSchema } from '../../src/remedies/presets/windows-service.ts';
import { canQuote, quote } from '../../src/remedies/shell-quoting.ts';
import { overSchema, sshArgv } from '../../src/remedies/ssh.ts';

const systemd = (more: object = {}) => systemdOptionsSchema.parse({ kind: 'systemd', unit: 'proxy.service', ...more });
const docker = (more: object = {}) => dockerOptionsSchema.parse({ kind: 'docker', container: 'proxy', ...more });
const service = (more: object = {}) =>
  windowsServiceOptionsSchema.parse({ kind: 'windows-service', service: 'SiPass Proxy', ...more });
const kubernetes = (more: object = {}) =>
  kubernetesOptionsSchema.parse({
    kind: 'kubernetes',
    workload: 'statefulset',
    name: 'proxy',
    namespace: 'access',
    ...more,
  });
const show = '--property=ActiveState,ActiveEnterTimestamp';
const annotation = '{.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}';
const aws = 'arn:aws:eks:eu-central-1:1:cluster/x';

describe('the arguments of each preset', () => {
  test.each([
    [systemdRestartArgv(systemd()), ['systemctl', '--no-ask-password', 'restart', '--', 'proxy.service']],
    [
      systemdRestartArgv(systemd({ user: true, unit: 'a\\x2db@1:2' })),
      ['systemctl', '--user', '--no-ask-password', 'restart', '--', 'a\\x2db@1:2'],
    ],
    [
      systemdRestartArgv(systemd({ sudo: true })),
      ['sudo', '-n', 'systemctl', '--no-ask-password', 'restart', '--', 'proxy.service'],
    ],
    [systemdStatusArgv(systemd(), false), ['systemctl', 'show', show, '--timestamp=unix', '--', 'proxy.service']],
    [
      systemdStatusArgv(systemd({ user: true }), true),
      ['env', 'LC_ALL=C', 'TZ=UTC', 'systemctl', '--user', 'show', show, '--', 'proxy.service'],
    ],
    [dockerRestartArgv(docker()), ['docker', 'restart', '--', 'proxy']],
    [
      dockerStatusArgv(docker({ host: 'tcp://d.example:2376' })),
      [
        ...['docker', '--host', 'tcp://d.example:2376', 'inspect', '--type', 'container'],
        ...['--format', '{{.State.StartedAt}} {{.State.Running}}', '--', 'proxy'],
      ],
    ],
    [kubernetesRestartArgv(kubernetes()), ['kubectl', '--namespace=access', 'rollout', 'restart', 'statefulset/proxy']],
    [
      kubernetesWaitArgv(kubernetes({ context: aws, timeoutMs: 90_500 })),
      ['kubectl', `--context=${aws}`, '--namespace=access', 'rollout', 'status', 'statefulset/proxy', '--timeout=91s'],
    ],
    [
      kubernetesStatusArgv(kubernetes()),
      ['kubectl', '--namespace=access', 'get', 'statefulset/proxy', `--output=jsonpath=${annotation}`],
    ],
    [scArgv(service(), 'stop'), ['sc.exe', 'stop', 'SiPass Proxy']],
    [scArgv(service({ computer: 'SRV-01' }), 'query'), ['sc.exe', '\\\\SRV-01', 'query', 'SiPass Proxy']],
  ])('%j', (argv, expected) => {
    expect(argv).toEqual(expected);
  });
});

const hostile = [
  '-x',
  '--all',
  'a b; reboot',
  'a;b',
  'a|b',
  'a&b',
  '$(id)',
  '`id`',
  'a\nb',
  "a'b",
  'a"b',
  'a*',
  '',
  'a%PATH%',
  '../a',
];

describe('names that would be something else to the program are refused', () => {
  test.each<[kind: string, option: string, more: object]>([
    ['systemd', 'unit', {}],
    ['docker', 'container', {}],
    ['docker', 'host', { container: 'proxy' }],
    ['kubernetes', 'name', { workload: 'deployment', namespace: 'a' }],
    ['kubernetes', 'namespace', { workload: 'deployment', name: 'a' }],
    ['kubernetes', 'context', { workload: 'deployment', name: 'a', namespace: 'a' }],
    ['windows-service', 'service', {}],
    ['windows-service', 'computer', { service: 'a' }],
  ])('%s %s', (kind, option, more) => {
    const taken = hostile.filter((value) => remedySchema.safeParse({ kind, ...more, [option]: value }).success);

    expect(taken).toEqual([]);
  });

  test('a unit with a blank, too', () => {
    expect(remedySchema.safeParse({ kind: 'systemd', unit: 'a b' }).success).toBe(false);
  });

  test.each(['host', 'user', 'identityFile', 'knownHostsFile'])('ssh %s', (option) => {
    const withoutDots = hostile.filter((value) => value !== '../a' || !option.endsWith('File'));
    const taken = withoutDots.filter(
      (value) => overSchema.safeParse({ ssh: { host: 'proxy', [option]: value } }).success,
    );

    expect(taken).toEqual([]);
  });

  test('the message says what is allowed', () => {
    const { error } = remedySchema.safeParse({ kind: 'systemd', unit: '-p' });

    expect(error?.issues[0]?.message).toContain('not beginning with -');
  });

  test.each([
    ['user with sudo', { kind: 'systemd', unit: 'a', user: true, sudo: true }, 'does not go with user'],
    ['systemd on Windows', { kind: 'systemd', unit: 'a', over: { ssh: { host: 'b', shell: 'windows' } } }, 'Linux'],
    [
      'a dollar on its way to Windows',
      { kind: 'windows-service', service: 'MSSQL$PROD', over: { ssh: { host: 'b' } } },
      'use computer instead',
    ],
    [
      'a percent sign on its way to Windows',
      { kind: 'command', argv: ['restart.exe', '%PATH%'], over: { ssh: { host: 'b', shell: 'windows' } } },
      'cannot be quoted for a windows shell',
    ],
    ['a code with two meanings', { kind: 'command', argv: ['a'], exitCodes: { tryLater: [0] } }, 'one thing only'],
    ['an unknown key', { kind: 'docker', container: 'a', shell: 'sh' }, 'Unrecognized key'],
  ])('%s', (_, options, message) => {
    expect(remedySchema.safeParse(options).error?.issues[0]?.message).toContain(message);
  });

  test('a dollar is fine where no shell is in between', () => {
    expect(remedySchema.safeParse({ kind: 'windows-service', service: 'MSSQL$PROD' }).success).toBe(true);
  });
});

describe('over SSH', () => {
  const over = overSchema.parse({
    ssh: { host: 'proxy.example', user: 'syncwarden', port: 2222, identityFile: '/k', knownHostsFile: '/h' },
  });

  test('every question is switched off, and an unknown host refused', () => {
    expect(sshArgv(over.ssh, ['systemctl', 'restart', '--', 'a b'], 'posix')).toEqual([
      ...['ssh', '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=yes'],
      ...['-o', 'ConnectTimeout=10', '-o', 'ServerAliveInterval=15'],
      ...['-o', 'ClearAllForwardings=yes', '-o', 'ForwardAgent=no', '-T'],
      ...['-o', 'UserKnownHostsFile=/h', '-o', 'IdentitiesOnly=yes', '-i', '/k', '-p', '2222', '-l', 'syncwarden'],
      ...['--', 'proxy.example', "systemctl restart -- 'a b'"],
    ]);
  });

  // Of a key that does not exist the real one speaks no further.
  const key = '/dev/null';
  const hasSsh = spawnSync('ssh', ['-V']).status === 0;
  test.skipIf(!hasSsh)('the real ssh reads them as they are meant', () => {
    const [program = '', ...args] = sshArgv({ ...over.ssh, identityFile: key }, ['true'], 'posix');
    const read = execFileSync(program, ['-G', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

    for (const line of [
      ...[
        'batchmode yes',
        'stricthostkeychecking true',
        'connecttimeout 10',
        'identitiesonly yes',
        `identityfile ${key}`,
      ],
      ...['userknownhostsfile /h', 'port 2222', 'user syncwarden', 'hostname proxy.example', 'forwardagent no'],
    ])
      expect(read.split('\n')).toContain(line);
  });

  test('a POSIX shell gives back what was quoted, whatever it is', () => {
    const word = fc.string({ unit: 'binary-ascii', maxLength: 20 }).filter((text) => canQuote(['a', text], 'posix'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (args) => {
        const line = quote(['printf', '%s\\n', ...args], 'posix');
        expect(execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' })).toBe(
          args.map((arg) => `${arg}\n`).join(''),
        );
      }),
      { numRuns: 100 },
    );
  });

  test('for Windows all arguments stand in double quotes, and the program does not', () => {
    expect(quote(['sc.exe', '\\\\SRV', 'query', 'SiPass Proxy'], 'windows')).toBe(
      'sc.exe "\\\\SRV" "query" "SiPass Proxy"',
    );
  });

  test.each(['a"b', 'a%b%', 'a!b', 'a$b', 'a^b', 'a`b', 'a&b', 'a|b', 'a>b', "a'b", 'a\\', 'a\nb', 'ä'])(
    'Windows shells would not give back %j',
    (argument) => {
      expect(canQuote(['sc.exe', argument], 'windows')).toBe(false);
    },
  );
});
