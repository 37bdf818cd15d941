/** A process of the site that the service manager looks after. */
import type { SiteProcess } from './site-process.ts';

export class SiteService {
  readonly process: SiteProcess;
  /** With which keys the service manager was asked to restart it. */
  readonly restartKeys: string[] = [];
  /** Called in the middle of a restart: it is up again, and nobody has been answered yet. */
  onRestarted: () => Promise<void> = async () => {};

  constructor(process: SiteProcess) {
    this.process = process;
  }

  /** Asked twice with one key, the work is done once. */
  async restart(key: string): Promise<void> {
    if (this.restartKeys.includes(key)) return;
    this.restartKeys.push(key);
    // A process that hangs hears nothing else.
    await this.process.kill('SIGKILL');
    await this.process.start();
    await this.onRestarted();
  }
}
