import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const projectRoot = resolve(import.meta.dirname, '../..');

export interface ToolRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A small project with the folders, aliases and compiler options of ours and with faults planted in it, so that a check can be seen
 * to report them. It lies below .cache/: the tools find our node_modules, and our own runs never see it.
 */
export class PlantedProject {
  private constructor(readonly root: string) {}

  /** @param files what each file holds, by its path inside the project */
  static create(files: Readonly<Record<string, string>>): PlantedProject {
    const cache = join(projectRoot, '.cache');
    mkdirSync(cache, { recursive: true });
    const project = new PlantedProject(mkdtempSync(join(cache, 'planted-')));
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(projectRoot, file), join(project.root, file));
    for (const [path, content] of Object.entries(files)) project.write(path, content);
    return project;
  }

  write(path: string, content: string): void {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }

  /** Runs one of our tools in it, e.g. `eslint`, by the path of its program inside node_modules. */
  run(program: string, args: readonly string[]): ToolRun {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(projectRoot, 'node_modules', program), ...args], {
      cwd: this.root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    return { exitCode: status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
