import type { Subcommand } from './subcommand.ts';

/**
 * The subcommands of `lb`. A module is loaded only when its subcommand is called: `lb validate` needs no SQL engine, and a
 * build that runs `lb bundle-config` five times starts quickly.
 */
export const SUBCOMMANDS: readonly Subcommand[] = [
  {
    name: 'status',
    summary: 'show what needs attention, and every origin with its state',
    load: async () => (await import('./status/status.ts')).statusCommand(),
  },
  {
    name: 'top',
    summary: 'show the busiest load balancers and origins, again and again',
    load: async () => (await import('./top/top.ts')).topCommand(),
  },
  {
    name: 'tail',
    summary: 'show requests as they end',
    load: async () => (await import('./tail/tail.ts')).tailCommand(),
  },
  {
    name: 'validate',
    summary: 'check a configuration file and list its problems',
    load: async () => (await import('./validate.ts')).validateCommand(),
  },
  {
    name: 'publish',
    summary: 'publish a configuration file as the next version',
    load: async () => (await import('./publish.ts')).publishCommand(),
  },
  {
    name: 'import',
    summary: 'write the configuration of another load balancer as a configuration file',
    load: async () => (await import('./import/import.ts')).importCommand(),
  },
  {
    name: 'drain',
    summary: 'send new clients away from a pool or an origin; its sessions stay',
    load: async () => (await import('./operate.ts')).operateCommand('drain'),
  },
  {
    name: 'maintenance',
    summary: 'take a pool, an origin or a load balancer out of service',
    load: async () => (await import('./operate.ts')).operateCommand('maintenance'),
  },
  {
    name: 'ready',
    summary: 'end a drain or a maintenance',
    load: async () => (await import('./operate.ts')).operateCommand('ready'),
  },
  {
    name: 'weight',
    summary: "set an origin's share of its pool's traffic",
    load: async () => (await import('./weight.ts')).weightCommand(),
  },
  {
    name: 'config',
    summary: 'show the history of the configuration, compare versions and go back',
    load: async () => (await import('./config/config.ts')).configCommand(),
  },
  {
    name: 'token',
    summary: 'create, list and revoke tokens of the console',
    load: async () => (await import('./token.ts')).tokenCommand(),
  },
  {
    name: 'audit',
    summary: 'show who changed what, and what was refused',
    load: async () => (await import('./audit.ts')).auditCommand(),
  },
  {
    name: 'strategy',
    summary: 'check, publish, switch and compare strategies',
    load: async () => (await import('./strategy/strategy.ts')).strategyCommand(),
  },
  {
    name: 'sql',
    summary: 'query traffic and health with SQL',
    load: async () => (await import('./sql.ts')).sqlCommand(),
  },
  {
    name: 'explain',
    summary: 'say where a request would go now, and why',
    load: async () => (await import('./explain/explain.ts')).explainCommand(),
  },
  {
    name: 'probe',
    summary: 'probe an origin now and show the result',
    load: async () => (await import('./probe.ts')).probeCommand(),
  },
  {
    name: 'notify',
    summary: 'look at what webhooks are sent',
    load: async () => (await import('./notify/notify.ts')).notifyCommand(),
  },
  {
    name: 'backtest',
    summary: 'replay recorded traffic through a strategy',
    load: async () => (await import('./backtest.ts')).backtestCommand(),
  },
  {
    name: 'simulate',
    summary: 'run a scenario with strategies in virtual time',
    load: async () => (await import('../simulate/command.ts')).simulateCommand('simulate'),
  },
  {
    name: 'cost',
    summary: 'estimate operations and costs of a deployment, and what breaks first',
    load: async () => (await import('./cost.ts')).costCommand(),
  },
  {
    name: 'deploy',
    summary: 'deploy all Workers, or one',
    load: async () => (await import('./deploy.ts')).deployCommand(),
  },
  {
    name: 'profile',
    summary: 'keep the consoles that you work with under names',
    load: async () => (await import('./profile/profile.ts')).profileCommand(),
  },
  {
    name: 'completion',
    summary: 'print a script that completes commands in a shell',
    load: async () => (await import('./completion/completion.ts')).completionCommand(SUBCOMMANDS),
  },
  {
    name: 'schema',
    summary: 'write plimsoll.schema.json for editors',
    load: async () => (await import('./schema.ts')).schemaCommand(),
  },
  {
    name: 'bundle-config',
    summary: 'write the configuration that a build bundles (wrangler runs this)',
    load: async () => (await import('./bundle_config.ts')).bundleConfigCommand(),
  },
];
