import { flat, type Word } from './words.ts';

/** The completion script for fish. */
export function fishScript(root: Word): string {
  const lines = flat(root).flatMap(({ path, commands, options, choices }) => {
    const here = `complete -c lb -n ${quoted(`__lb_at ${path}`.trim())}`;
    const arguments_here = [
      ...commands.map(({ name, summary }) => `${here} -f -a ${quoted(name)} -d ${quoted(summary)}`),
      ...choices.map((choice) => `${here} -f -a ${quoted(choice)}`),
    ];
    const flags = options.map(({ long, summary, takes_value, choices: values }) => {
      const value = takes_value ? (values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : ' -r') : '';
      return `${here} -l ${long.slice(2)}${value} -d ${quoted(summary)}`;
    });
    return [...arguments_here, ...flags];
  });
  const paths = flat(root).flatMap(({ path }) => (path === '' ? [] : [quoted(path)]));
  return `# Completion of lb for fish: lb completion fish | source
function __lb_at
  set -l at
  for word in (commandline -opc)[2..]
    set -l next (string trim "$at $word")
    if contains -- "$next" ${paths.join(' ')}
      set at "$next"
    end
  end
  test "$at" = "$argv"
end
${lines.join('\n')}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
