"""Another program, from which files are dragged: one button that carries the files named on the command line."""

import pathlib
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

uris = [pathlib.Path(name).as_uri() for name in sys.argv[1:]]
window = Gtk.Window(title="drag source")
window.set_default_size(140, 90)
button = Gtk.EventBox()
button.add(Gtk.Label(label="drag me"))
button.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
button.drag_source_add_uri_targets()
button.connect("drag-data-get", lambda _w, _c, data, _i, _t: data.set_uris(uris))
window.add(button)
window.set_keep_above(True)
window.connect("destroy", Gtk.main_quit)
window.show_all()
window.move(1450, 880)
print("ready", flush=True)
Gtk.main()
