import { Option } from 'commander';

// The options that choose an environment. Every command that acts in one takes both, so that none accepts them together.

/** `--local`. @param how what the command does there: `publish to`, `ask` */
export function localOption(how: string): Option {
  return new Option('--local', `${how} the system that \`npm start\` runs`).conflicts('remote');
}

/** `--remote`. @param how what the command does there: `publish to`, `ask` */
export function remoteOption(how: string): Option {
  return new Option('--remote', `${how} production (the default when CLOUDFLARE_API_TOKEN is set)`);
}
