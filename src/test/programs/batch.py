"""Asks for a picture of each prompt: submits one after the other, then collects them. Prints prompt and address of each.

Environment: IMAGE_API_URL, IMAGE_API_KEY, and IMAGE_API_PAUSE, the seconds between two polls (3).
"""

import os
import sys
import time

import requests

API = os.environ.get("IMAGE_API_URL", "https://www.nananobanana.com") + "/api/v1/generate"
PAUSE = float(os.environ.get("IMAGE_API_PAUSE", "3"))

session = requests.Session()
session.headers["Authorization"] = "Bearer " + os.environ["IMAGE_API_KEY"]


def submit(prompt):
    while True:
        response = session.post(API, json={"prompt": prompt, "mode": "async"})
        answer = response.json()
        if response.status_code == 503 and answer.get("type") == "server_busy":
            print("busy:", prompt, file=sys.stderr)
            time.sleep(PAUSE)
            continue
        response.raise_for_status()
        return answer["generationId"]


def result(generation_id):
    response = session.get(API, params={"id": generation_id})
    response.raise_for_status()
    return response.json()["data"]


waiting = {submit(prompt): prompt for prompt in sys.argv[1:]}
failures = 0
while waiting:
    time.sleep(PAUSE)
    for generation_id, prompt in list(waiting.items()):
        data = result(generation_id)
        if data["processingStatus"] == "completed":
            print(prompt, data["outputImageUrls"][0], sep="\t")
        elif data["processingStatus"] == "failed":
            print(prompt, data["errorMessage"], sep="\t", file=sys.stderr)
            failures += 1
        else:
            continue
        del waiting[generation_id]

sys.exit(1 if failures else 0)
