import { header, joined, matches, quoted, valid } from '../parts/condition.ts';
import type { Place } from '../tree/tree.ts';

const PATH = 'http.request.uri.path';

/** The condition of a route. Empty: it matches every request. Undefined: rules cannot express it. */
export function conditionOf(match: Place): string | undefined {
  const parts = [
    ...pathTests(match),
    ...match.at('headers').parts().map(headerTest),
    ...match.at('query_parameters').parts().map(queryTest),
  ];
  for (const field of [
    'runtime_fraction',
    'grpc',
    'tls_context',
    'connect_matcher',
    'dynamic_metadata',
    'path_match_policy',
  ])
    if (match.at(field).exists) parts.push(undefined);
  return parts.length === 0 ? '' : valid(joined(parts, 'and'));
}

function pathTests(match: Place): (string | undefined)[] {
  const caseless = match.at('case_sensitive').value === false;
  const value = caseless ? `lower(${PATH})` : PATH;
  const text = (field: string) => {
    const found = match.at(field).text;
    return caseless ? found?.toLowerCase() : found;
  };
  const prefix = text('prefix');
  const path = text('path');
  const segments = text('path_separated_prefix');
  const regex = match.at('safe_regex', 'regex').text ?? match.at('regex').text;
  return [
    ...(prefix === undefined || prefix === '/' || prefix === ''
      ? []
      : [`starts_with(${value}, ${quoted(prefix)})`]),
    ...(path === undefined ? [] : [`${value} eq ${quoted(path)}`]),
    ...(segments === undefined
      ? []
      : [`(${value} eq ${quoted(segments)}) or (starts_with(${value}, ${quoted(`${segments}/`)}))`]),
    // Envoy matches the whole path.
    ...(regex === undefined ? [] : [matches(PATH, `^(?:${regex})$`)]),
  ];
}

function headerTest(test: Place): string | undefined {
  const name = (test.at('name').text ?? '').toLowerCase();
  const value = FIELDS[name] ?? (/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) ? header(name) : undefined);
  if (value === undefined) return undefined;
  const found = stringTest(value, test.at('string_match')) ?? oldTest(value, test);
  return found !== undefined && test.at('invert_match').value === true ? `not (${found})` : found;
}

const FIELDS: Readonly<Record<string, string>> = {
  ':method': 'http.request.method',
  ':path': 'http.request.uri',
  ':authority': 'http.host',
  host: 'http.host',
};

/** Forms of a header's test before `string_match`. */
function oldTest(value: string, test: Place): string | undefined {
  const exact = test.at('exact_match').text;
  const prefix = test.at('prefix_match').text;
  const suffix = test.at('suffix_match').text;
  const contains = test.at('contains_match').text;
  const regex = test.at('safe_regex_match', 'regex').text;
  if (exact !== undefined) return `${value} eq ${quoted(exact)}`;
  if (prefix !== undefined) return `starts_with(${value}, ${quoted(prefix)})`;
  if (suffix !== undefined) return `ends_with(${value}, ${quoted(suffix)})`;
  if (contains !== undefined) return `${value} contains ${quoted(contains)}`;
  if (regex !== undefined) return matches(value, `^(?:${regex})$`);
  const present = test.at('present_match');
  const is_alone = test.parts().every(({ key }) => key === 'name' || key === 'invert_match');
  if (present.value === true || is_alone) return `${value} ne ""`;
  return present.value === false ? `not (${value} ne "")` : undefined;
}

function stringTest(value: string, match: Place): string | undefined {
  const ignores = match.at('ignore_case').value === true;
  const field = ignores ? `lower(${value})` : value;
  const lower = (text: string) => quoted(ignores ? text.toLowerCase() : text);
  const exact = match.at('exact').text;
  const prefix = match.at('prefix').text;
  const suffix = match.at('suffix').text;
  const contains = match.at('contains').text;
  const regex = match.at('safe_regex', 'regex').text;
  if (exact !== undefined) return `${field} eq ${lower(exact)}`;
  if (prefix !== undefined) return `starts_with(${field}, ${lower(prefix)})`;
  if (suffix !== undefined) return `ends_with(${field}, ${lower(suffix)})`;
  if (contains !== undefined) return `${field} contains ${lower(contains)}`;
  return regex === undefined ? undefined : matches(value, `^(?:${regex})$`, ignores);
}

function queryTest(test: Place): string | undefined {
  const value = `http.request.uri.args[${quoted(test.at('name').text ?? '')}][0]`;
  if (test.at('string_match').exists) return stringTest(value, test.at('string_match'));
  return `${value} ne ""`;
}
