import { paramRules } from './param-rules.js';
import { postRules } from './post-rules.js';
import type { Rule } from './rule.js';
import { tagRules } from './tag-rules.js';

/** Every rule about a post or its parameters. Those about single files are media limits, those about the shape of a parameter are read, not judged. */
export const rules: readonly Rule[] = [...postRules, ...paramRules, ...tagRules];
