/** Pages are applied side by side and may end in any order; the checkpoint moves over those whose predecessors have ended. */
export class PageOrder<Place> {
  readonly #open: { place: Place; ended: boolean }[] = [];

  /** Registers the next page; `place` is where the walk stands when it and all before it have ended. */
  begin(place: Place): () => Place | null {
    const page = { place, ended: false };
    this.#open.push(page);
    return () => {
      page.ended = true;
      return this.#advance();
    };
  }

  /** The place behind the last page that has ended with all its predecessors; null when it is where it was. */
  #advance(): Place | null {
    let place: Place | null = null;
    while (this.#open[0]?.ended) place = this.#open.shift()?.place ?? place;
    return place;
  }
}
