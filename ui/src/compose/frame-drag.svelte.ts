/**
 * A picture on its way from the stage or a well to a well or a shot, carried by the pointer. The browser's own drag and
 * drop stays out of it: see the gesture it is built on.
 */
import { follow } from '../controls/gesture';
import { intake, type Place } from '../state/intake.svelte';
import { placeAt } from './file-drops';

/** What is carried, and what becomes of it. */
export interface Carry {
  /** Address of the picture that follows the pointer. */
  picture: string;
  /** The press became a drag. */
  lift?: () => void;
  /** The picture was let go over a well or a shot. */
  drop: (place: Place) => void;
  /** The press never became a drag. */
  tap?: () => void;
}

class Carried {
  /** Address of the picture that follows the pointer. */
  picture = $state<string | null>(null);
  /** The element that follows the pointer, while there is one. */
  element: HTMLElement | undefined;
  #at = { x: 0, y: 0 };

  start(press: PointerEvent, source: HTMLElement, { picture, lift, drop, tap }: Carry): void {
    const end = (place: Place | null): void => {
      this.picture = null;
      intake.over = null;
      if (place) drop(place);
    };
    follow(press, source, {
      ...(tap ? { tap } : {}),
      begin: () => {
        lift?.();
        this.picture = picture;
        return {
          move: (_dx, _dy, event) => {
            this.#at = { x: event.clientX, y: event.clientY };
            this.draw();
            const place = placeAt(event.clientX, event.clientY);
            if (place !== intake.over) intake.over = place;
          },
          commit: () => end(intake.over),
          cancel: () => end(null),
        };
      },
    });
  }

  /** Puts the picture under the pointer. */
  draw(): void {
    this.element?.style.setProperty('transform', `translate(${this.#at.x}px, ${this.#at.y}px)`);
  }
}

export const carried = new Carried();
