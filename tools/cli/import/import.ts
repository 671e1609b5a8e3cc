import { Command } from 'commander';
import type { Imported, ImportOptions } from '../../import/finish.ts';
import { hostMap } from '../../import/parts/host_map.ts';
import { reportText } from '../../import/report/print.ts';
import { CliError } from '../../project/cli_error.ts';
import { countProblems, formatProblems } from '../../project/format_problems.ts';
import { readConfig } from '../../project/load_config.ts';
import { withProgress } from '../../project/progress.ts';
import { readText } from '../../project/read_text.ts';
import { writeText } from '../../project/write_text.ts';
import { type JsonOption, say } from '../say.ts';
import { fileExists } from './file_exists.ts';

interface WriteOptions extends JsonOption {
  map: string[];
  out: string;
  force?: boolean;
}

/** Reads a source, whose file is named on the command line. */
type Importer = (file: string, text: string, options: ImportOptions) => Imported | Promise<Imported>;

/** Importers of one file, loaded when they are called. */
const FILES: readonly { name: string; what: string; load(): Promise<Importer> }[] = [
  {
    name: 'nginx',
    what: "nginx's nginx.conf, with its includes",
    load: async () => {
      const { importNginx } = await import('../../import/nginx/import.ts');
      const { includedBy } = await import('./included_files.ts');
      return (file, text, options) => importNginx(file, text, { ...options, read: includedBy(file) });
    },
  },
  {
    name: 'haproxy',
    what: "HAProxy's haproxy.cfg",
    load: async () => (await import('../../import/haproxy/import.ts')).importHaproxy,
  },
  {
    name: 'traefik',
    what: "a file of Traefik's file provider, YAML or TOML",
    load: async () => (await import('../../import/traefik/import.ts')).importTraefik,
  },
  {
    name: 'envoy',
    what: "the static clusters and routes of Envoy's bootstrap file",
    load: async () => (await import('../../import/envoy/import.ts')).importEnvoy,
  },
];

/** `lb import SYSTEM FILE`: writes the configuration of another load balancer as `plimsoll.jsonc`, and reports each directive. */
export function importCommand(): Command {
  const command = new Command('import').description(
    'Write the configuration of another load balancer as a configuration file, and report what became of each directive.',
  );
  for (const { name, what, load } of FILES)
    withWriteOptions(command.command(name).summary(`import ${what}`).description(`Import ${what}.`))
      .argument('<file>', 'its configuration file')
      .action(async (file: string, options: WriteOptions) => {
        const text = readText(file, 'configuration file');
        report(await (await load())(file, text, { map: hostMap(options.map) }), options);
      });
  withWriteOptions(
    command
      .command('cloudflare')
      .summary('import Cloudflare Load Balancing')
      .description(
        'Import Cloudflare Load Balancing: a file with answers of its API, a state of Terraform, or without a file the account ' +
          'CLOUDFLARE_ACCOUNT_ID with the token CLOUDFLARE_API_TOKEN.',
      ),
  )
    .argument('[file]', 'answers of the API or a state of Terraform, as JSON')
    .action(async (file: string | undefined, options: WriteOptions) => {
      const { importCloudflare } = await import('../../import/cloudflare/import.ts');
      const { accountAccess, fetchAccount } = await import('./fetch_account.ts');
      const text =
        file === undefined
          ? await withProgress("Cloudflare's API", fetchAccount(accountAccess(process.env), fetch))
          : readText(file, 'configuration file');
      report(importCloudflare(file ?? 'account', text, { map: hostMap(options.map) }), options);
    });
  return command;
}

function withWriteOptions(command: Command): Command {
  return command
    .option(
      '--map <host=hostname>',
      'public hostname of a host that no Worker can reach, such as relay:3000=relay.example.com:443; repeatable',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option(
      '-o, --out <file>',
      'file to write; `-` prints it, and the report goes to stderr',
      'plimsoll.jsonc',
    )
    .option('--force', 'overwrite the file')
    .option('--json', 'print the report as JSON');
}

/** Writes the configuration, prints the report, and says whether the configuration is valid. */
function report(imported: Imported, { out, force, json = false }: WriteOptions): void {
  const text = reportText(imported);
  const loaded = readConfig(out === '-' ? 'the configuration' : out, imported.text, 'production');
  const state = `${loaded.file} ${loaded.config === undefined ? 'is not valid' : 'is valid'}: ${countProblems(loaded)}`;
  const errors = loaded.problems.filter(({ severity }) => severity === 'error');
  const end = [...formatProblems({ ...loaded, problems: errors }), state].join('\n');
  const { text: _, ...directives } = imported;
  const asJson = { file: out, valid: loaded.config !== undefined, problems: loaded.problems, ...directives };
  if (out === '-') {
    process.stdout.write(imported.text);
    console.error(json ? JSON.stringify(asJson, undefined, 2) : `${text}\n${end}`);
  } else {
    if (force !== true && fileExists(out))
      throw new CliError(`${out} exists already; name another file with --out, or overwrite it with --force`);
    writeText(out, imported.text);
    say({ json }, asJson, () => `${text}\nwrote ${out}\n${end}`);
  }
  process.exitCode = loaded.config === undefined ? 1 : 0;
}
