/**
 * Whether a status is among a monitor's expected codes.
 * @param codes `200`, `200,204`, `2xx`, `200-299`, or several of these; the configuration schema checks the form
 */
export function isExpected(status: number, codes: string): boolean {
  return codes.split(',').some((part) => {
    const code = part.trim().toLowerCase();
    if (code.endsWith('xx')) return String(status)[0] === code[0] && status < 600;
    const [from = '', to = from] = code.split('-');
    return status >= Number(from) && status <= Number(to);
  });
}
