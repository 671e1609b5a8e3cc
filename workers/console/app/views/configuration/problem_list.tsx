import type { FileProblem } from '../../../../../shared/contracts/history.ts';

interface Props {
  problems: readonly FileProblem[];
  onGo(place: { line: number; column: number }): void;
}

/** More of them help nobody at once. */
const SHOWN = 20;

/** What is wrong in a file. A click goes to the place. */
export function ProblemList({ problems, onGo }: Props) {
  if (problems.length === 0) return null;
  const errors_first = [...problems].sort((a, b) => rank(a) - rank(b));
  return (
    <ul class="plain" aria-label="Problems">
      {errors_first.slice(0, SHOWN).map((problem) => {
        const { severity, line, column, message } = problem;
        return (
          <li key={`${line} ${column} ${message}`} class={severity === 'error' ? 'bad' : 'soft'}>
            <button type="button" class="link" onClick={() => onGo(problem)}>
              {severity}, line {line}, column {column}
            </button>{' '}
            {message}
          </li>
        );
      })}
      {problems.length > SHOWN && <li>and {problems.length - SHOWN} more</li>}
    </ul>
  );
}

function rank({ severity }: FileProblem): number {
  return ['error', 'warning', 'info'].indexOf(severity);
}
