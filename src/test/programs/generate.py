"""Asks for one picture: submits the prompt, then polls until it is there or has failed. Prints the pictures' addresses.

Environment: IMAGE_API_URL, IMAGE_API_KEY, and IMAGE_API_PAUSE, the seconds between two polls (3).
"""

import os
import sys
import time

import requests

API = os.environ.get("IMAGE_API_URL", "https://www.nananobanana.com") + "/api/v1/generate"
KEY = {"Authorization": f"Bearer {os.environ['IMAGE_API_KEY']}"}
PAUSE = float(os.environ.get("IMAGE_API_PAUSE", "3"))
MOST_POLLS = 60

prompt = " ".join(sys.argv[1:]) or "a lighthouse at dawn"

while True:
    response = requests.post(API, headers=KEY, json={"prompt": prompt, "selectedModel": "nano-banana", "mode": "async"})
    if response.status_code != 503:
        break
    print("The server is busy,", response.json()["activeTasks"], "tasks are running; trying again", file=sys.stderr)
    time.sleep(PAUSE)

submitted = response.json()
if not submitted.get("success"):
    sys.exit(f"Not accepted: {response.status_code} {submitted.get('error') or submitted.get('message')}")
print(submitted["creditsUsed"], "credits used,", submitted["remainingCredits"], "left", file=sys.stderr)

for _ in range(MOST_POLLS):
    time.sleep(PAUSE)
    response = requests.get(API, headers=KEY, params={"id": submitted["generationId"]})
    response.raise_for_status()
    data = response.json()["data"]
    if data["processingStatus"] == "completed":
        print("\n".join(data["outputImageUrls"]))
        sys.exit()
    if data["processingStatus"] == "failed":
        sys.exit(f"Failed: {data['errorMessage']}")

sys.exit("Gave up waiting")
