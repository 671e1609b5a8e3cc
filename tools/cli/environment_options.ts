import { Option } from 'commander';

// Every command that acts on one of two systems takes these, so that no command lets both stand together.

/** `--local`. @param how what the command does with it: `publish to`, `ask` */
export function localOption(how: string): Option {
  return new Option('--local', `${how} what \`npm start\` runs`).conflicts('remote');
}

/** `--remote`. @param how as for {@link localOption} */
export function remoteOption(how: string): Option {
  return new Option('--remote', `${how} production (the default when CLOUDFLARE_API_TOKEN is set)`);
}
