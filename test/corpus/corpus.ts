import type { CorpusFile } from './corpus-file.js';
import { damaged } from './damaged.corpus.js';
import { pictures } from './pictures.corpus.js';
import { videos } from './videos.corpus.js';

export const corpus: readonly CorpusFile[] = [...pictures, ...videos, ...damaged];
