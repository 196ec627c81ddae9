"""fal's own Python client, unchanged but for its addresses. Prints what happened as one line of JSON."""

import faulthandler
import json
import sys

# This file's own name is the client's: its folder must not be searched for it.
sys.path.pop(0)
import fal_client
from fal_client import client as addresses

faulthandler.dump_traceback_later(90, exit=True)
base, mode, picture = sys.argv[1:4]
# It knows https only; these are all the addresses it builds from.
addresses.QUEUE_URL_FORMAT = addresses.RUN_URL_FORMAT = base + "/"
addresses.REST_URL = addresses.CDN_URL = base
client = fal_client.SyncClient(key="sandbox-key-id:secret-0003")
model = "fal-ai/kling-video/v3/standard/"

if mode == "life":
    # Both ways up: the token of the storage, which is its own choice, and the ticket.
    first = client.upload_file(picture)
    last = client.upload_file(picture, repository="fal")
    asked = {"prompt": "A red door opens", "start_image_url": first, "end_image_url": last, "duration": "3"}
    handle = client.submit(model + "image-to-video", arguments=asked)
    states = [type(event).__name__ for event in handle.iter_events(with_logs=True, interval=0.02)]
    told = {"picture": first, "clip": handle.get()["video"]["url"], "states": sorted(set(states))}
    stopped = client.submit(model + "text-to-video", arguments={"prompt": "A red door opens", "duration": "3"})
    stopped.cancel()
    try:
        stopped.get()
        told["stopped"] = "no error"
    except fal_client.FalClientHTTPError as error:
        told["stopped"] = f"{error.status_code} {error.error_type}"
    print(json.dumps(told))
else:
    errors = []
    for duration in ("3", 3):
        try:
            client.subscribe(model + "text-to-video", arguments={"prompt": "A red door opens", "duration": duration})
            errors.append("no error")
        except fal_client.FalClientHTTPError as error:
            errors.append(f"{error.status_code} {error}")
    print(json.dumps({"failed": errors[0], "refused": errors[1]}))
