import { flat, type Word } from './words.ts';

/** The completion script for zsh. It can be sourced, or be a file `_lb` in a folder of `fpath`. */
export function zshScript(root: Word): string {
  const words = flat(root);
  const paths = words.flatMap(({ path }) => (path === '' ? [] : [quoted(path)]));
  const values = words.flatMap(({ path, options }) =>
    options
      .filter(({ takes_value }) => takes_value)
      .map(
        ({ long, choices }) =>
          `    ${quoted(`${path} ${long}`)}) offers=(${choices.map(quoted).join(' ')}) ;;`,
      ),
  );
  const offers = words.map(({ path, commands, options, choices }) => {
    const all = [
      ...commands.map(({ name, summary }) => offer(name, summary)),
      ...choices.map(quoted),
      ...options.map(({ long, summary }) => offer(long, summary)),
      offer('--help', 'display help for command'),
    ];
    return `      ${quoted(path)}) offers=(${all.join(' ')}) ;;`;
  });
  return `#compdef lb
# Completion of lb for zsh: lb completion zsh > ~/.zfunc/_lb
_lb() {
  local at='' next word
  local -a offers
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${at:+$at }$word"
    case "$next" in
    (${paths.join(' | ')}) at="$next" ;;
    esac
  done
  case "$at \${words[CURRENT-1]}" in
${values.map((line) => line.replace(/^ {4}/, '    (')).join('\n')}
    (*)
      case "$at" in
${offers.map((line) => line.replace(/^ {6}/, '      (')).join('\n')}
      esac
      ;;
  esac
  if (( \${#offers} )); then _describe 'lb' offers || _files; else _files; fi
}
if [[ "\${funcstack[1]}" == _lb ]]; then _lb "$@"; else compdef _lb lb; fi
`;
}

/** `name:meaning`, in which a colon needs a backslash. */
function offer(name: string, summary: string): string {
  return quoted(`${name.replaceAll(':', '\\:')}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
