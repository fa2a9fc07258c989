"""Spreads a sweep of an experiment over a Ray cluster: python ray-sweep.py FILE.yaml A..B [PARTS] [OPTION…]

Each part is a process of its own on whatever machine Ray finds for it; `eventually chaos merge` then prints what the whole
would have printed, byte for byte, and its status is this one's. `eventually` has to be on the PATH of every machine.
"""
import pathlib
import subprocess
import sys
import tempfile

import ray


@ray.remote(num_cpus=1)
def part(text, seeds, shard, options):
    # The file goes along as text: no machine needs the same disk.
    command = ["eventually", "chaos", "-", "--seeds", seeds, "--shard", shard, "--jobs", "1", "--json", *options]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode not in (0, 1, 2):  # 1: an assertion doesn't hold; 2: nothing was tested
        raise RuntimeError(f"part {shard}: {done.stderr}")
    return done.stdout


if __name__ == "__main__":
    file, seeds, parts = sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 16
    ray.init()
    text = pathlib.Path(file).read_text()
    results = ray.get([part.remote(text, seeds, f"{i}/{parts}", sys.argv[4:]) for i in range(1, parts + 1)])
    with tempfile.TemporaryDirectory() as folder:
        names = [pathlib.Path(folder, f"part{i}") for i in range(1, parts + 1)]
        for name, result in zip(names, results):
            name.write_text(result)
        sys.exit(subprocess.run(["eventually", "chaos", "merge", "--json", *map(str, names)]).returncode)
