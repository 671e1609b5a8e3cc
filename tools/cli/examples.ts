import type { Command } from 'commander';

/** Examples of every command, by what one types after `lb`. Those of a command with subcommands are theirs. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  status: ['lb status', 'lb status --watch', 'lb status --json | jq .health_reason'],
  top: ['lb top', 'lb top --json'],
  tail: ['lb tail', 'lb tail --status 5xx', 'lb tail --origin eu/eu-1 --json'],
  validate: ['lb validate', 'lb validate plimsoll.jsonc --local'],
  publish: ['lb publish', 'lb publish plimsoll.jsonc --comment "more weight for eu-1" --wait'],
  'import nginx': [
    'lb import nginx /etc/nginx/nginx.conf',
    'lb import nginx nginx.conf --map app:3000=app.example.com',
  ],
  'import haproxy': ['lb import haproxy haproxy.cfg -o shop.jsonc'],
  'import traefik': ['lb import traefik dynamic.yml'],
  'import envoy': ['lb import envoy envoy.yaml -o -'],
  'import cloudflare': ['lb import cloudflare', 'lb import cloudflare terraform.tfstate'],
  drain: ['lb drain eu/eu-1', 'lb drain eu --comment "new database"'],
  maintenance: ['lb maintenance eu/eu-1', 'lb maintenance --balancer shop'],
  ready: ['lb ready eu/eu-1', 'lb ready --balancer shop'],
  weight: ['lb weight eu/eu-1 0.5'],
  'config history': ['lb config history', 'lb config history --limit 100 --json'],
  'config show': ['lb config show', 'lb config show 41 > old.jsonc'],
  'config diff': ['lb config diff', 'lb config diff 41', 'lb config diff 41 43'],
  'config publish': ['lb config publish plimsoll.jsonc'],
  'config rollback': ['lb config rollback 41'],
  'config pin': ['lb config pin 41', 'lb config pin 41 --off'],
  'config adopt': ['lb config adopt'],
  'config overwrite': ['lb config overwrite'],
  'config pull': ['lb config pull', 'lb config pull plimsoll.jsonc --force'],
  'token new': ['lb token new ci --scope operate --expires 90', 'lb token new --print'],
  'token list': ['lb token list'],
  'token revoke': ['lb token revoke 0123456789abcdef0123456789abcdef'],
  audit: ['lb audit', 'lb audit --limit 200 --json'],
  'strategy check': ['lb strategy check mine.ts'],
  'strategy publish': ['lb strategy publish mine.ts --name mine'],
  'strategy use': ['lb strategy use peak_ewma --pool eu', 'lb strategy use script:mine --balancer shop'],
  'strategy compare': ['lb strategy compare --since 1d'],
  sql: [
    'lb sql "SELECT origin, count() AS n FROM traffic GROUP BY origin"',
    'lb sql --query share-per-origin --since 1d',
  ],
  explain: [
    'lb explain https://app.example.com/cart',
    'lb explain https://app.example.com/ --country DE --header "x-tenant: a"',
  ],
  probe: ['lb probe', 'lb probe eu/eu-1', 'lb probe --config plimsoll.jsonc'],
  'notify test': ['lb notify test', 'lb notify test ops --config plimsoll.jsonc'],
  backtest: ['lb backtest --strategy peak_ewma --since 1h'],
  simulate: ['lb simulate docs/plots/slow_origin.json --strategy peak_ewma', 'lb simulate --preset all'],
  cost: ['lb cost', 'lb cost --json'],
  deploy: ['lb deploy --dry-run', 'lb deploy selector'],
  'profile add': ['lb profile add production https://plimsoll-console.example.workers.dev < token.txt'],
  'profile list': ['lb profile list'],
  'profile use': ['lb profile use production'],
  'profile remove': ['lb profile remove production'],
  completion: [
    'source <(lb completion bash)',
    'lb completion zsh > ~/.zfunc/_lb',
    'lb completion fish | source',
  ],
  schema: ['lb schema', 'lb schema --print'],
  'bundle-config': ['lb bundle-config'],
};

/** The examples of a command. @param name what one types after `lb` */
export function examplesOf(name: string): readonly string[] {
  return EXAMPLES[name] ?? [];
}

/** Adds its examples to the help of a command and of its subcommands. */
export function withExamples(command: Command, name = command.name()): Command {
  for (const one of command.commands) withExamples(one, `${name} ${one.name()}`);
  const examples = examplesOf(name);
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  return command;
}
