import { flat, type Word } from './words.ts';

/** The completion script for bash. It holds every word, so that completing starts no process. Files are completed elsewhere. */
export function bashScript(root: Word): string {
  const words = flat(root);
  const paths = words.flatMap(({ path }) => (path === '' ? [] : [`"${path}"`]));
  const values = words.flatMap(({ path, options }) =>
    options
      .filter(({ takes_value }) => takes_value)
      .map(({ long, choices }) => `    "${path} ${long}") words="${choices.join(' ')}" ;;`),
  );
  const offers = words.map(({ path, commands, options, choices }) => {
    const flags = [...options.map(({ long }) => long), '--help'];
    const all = [...commands.map(({ name }) => name), ...choices, ...flags];
    return `    "${path}") words="${all.join(' ')}" ;;`;
  });
  return `# Completion of lb for bash: source <(lb completion bash)
_lb() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" path="" words="" next i
  for ((i = 1; i < COMP_CWORD; i++)); do
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in
    ${paths.join(' | ')}) path="$next" ;;
    esac
  done
  case "$path $prev" in
${values.join('\n')}
    *)
      case "$path" in
${offers.map((line) => `  ${line}`).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _lb lb
`;
}
