import type { RuleComparison, RuleDescription } from '#networks/port/rule-description';
import { fits, formats, trialStrategies } from '../params/instagram-params.js';
import { allowedParams, paramNames, type ParamName } from '../params/params-reader.js';

interface Shape {
  readonly comparison: Extract<RuleComparison, 'one_of' | 'type'>;
  readonly values: readonly string[];
  /** How the sentence goes on after the parameter's name, as the readers say it. */
  readonly problem: string;
}

const oneOf = (values: readonly string[]): Shape => ({ comparison: 'one_of', values, problem: `must be one of ${values.join(', ')}` });
const type = (value: string, problem: string): Shape => ({ comparison: 'type', values: [value], problem });
const text = type('text', 'must be text');
const flag = type('boolean', 'must be true or false');

/** What `readInstagramParams` takes, for people and programs; a test breaks each shape and compares the sentences. */
const shapes: Readonly<Record<ParamName, Shape>> = {
  format: oneOf(formats),
  fit: { comparison: 'type', values: [...fits, 'list of them'], problem: `must be one of ${fits.join(', ')}, or a list of them with "" for none` },
  first_comment: text,
  collaborators: type('list of usernames', 'must be a list'),
  user_tags: type('list of {username, x, y, media_index}, x and y from 0 to 1', 'must be a list'),
  cover_url: type('http or https address', 'must be a http or https address'),
  audio_name: text,
  trial_strategy: oneOf(trialStrategies),
  thumb_offset: type('whole number from 0', 'must be a whole number from 0'),
  location_id: type('digits as text', 'must be a numeric id, as text'),
  alt_text: { comparison: 'type', values: ['text', 'list of texts'], problem: 'must be text or a list of texts' },
  share_to_feed: flag,
  comments_enabled: flag,
  is_ai_generated: flag,
};

const general = { formats, media: null, unit: null, tolerance: null, relativeTo: null, source: 'api-surface §5' } as const;

/** The violations of reading, as rules. */
export const shapeRules: readonly RuleDescription[] = [
  {
    ...general, id: 'instagram.params.unknown', subject: 'params', comparison: 'one_of', fix: 'Remove it or correct its name.',
    thresholds: [{ severity: 'error', limit: null, values: allowedParams, message: `Invalid platform params for instagram: {actual}. Allowed: ${allowedParams.join(', ')}` }],
  },
  ...paramNames.map((name): RuleDescription => {
    const { comparison, values, problem } = shapes[name];
    return {
      ...general, id: `instagram.params.${name}`, subject: name, comparison, fix: 'Correct the value.',
      thresholds: [{ severity: 'error', limit: null, values, message: `${name} ${problem}, not "{actual}"` }],
    };
  }),
];
