# The front door: each target makes the tooling's environment where it isn't there, and calls it.
# Where there is no make, README.md has the same through uv.
.DEFAULT_GOAL := help
.PHONY: help serve test load faults fuzz containers lighthouse bench verify update check diff lint format lock clean

TUTORIAL = .venv/bin/tutorial

# Options are given to make. In the environment, names such as PYTHON and PORT mean other things.
OPTIONS = PORT ONLY PYTHON REQUIRE SECONDS ROUNDS QUICK CHAPTER DIR FROM TO
$(foreach option,$(OPTIONS),$(if $(filter environment,$(origin $(option))),$(eval $(option) =)))

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | \
	  while IFS='|' read -r target what; do printf '%-12s %s\n' "$$target" "$$what"; done

serve: .venv/complete ## serve the site on 8000 and the chapters' APIs on 8101, 8102, 8103 (PORT=9000: other ports)
	@$(TUTORIAL) serve $(if $(PORT),--port $(PORT))

test: .venv/complete ## test what this machine can and every day has time for (ONLY=chapter-03, PYTHON=3.12 or all, REQUIRE=all)
	@$(TUTORIAL) test $(addprefix --only ,$(ONLY)) $(addprefix --python ,$(PYTHON)) $(if $(REQUIRE),--require-all)

load: .venv/complete ## load chapter 3's API on PostgreSQL with 64 clients for a minute (SECONDS=20)
	@LOAD_SECONDS=$(or $(SECONDS),60) $(TUTORIAL) test --only load

faults: .venv/complete ## let chapter 3's database, disk and processes fail, and see that no task is lost
	@$(TUTORIAL) test --only faults

fuzz: .venv/complete ## send chapter 3's API tens of thousands of requests that nobody thought of
	@$(TUTORIAL) test --only fuzz

containers: .venv/complete ## build and run every container that the compose files name
	@$(TUTORIAL) test --only containers

lighthouse: .venv/complete ## let Lighthouse judge the chapters' pages (it comes from npm)
	@$(TUTORIAL) test --only lighthouse

bench: .venv/complete ## measure chapter 3's API beside its peers, in a quarter of an hour (ROUNDS=5, SECONDS=4, QUICK=1)
	@.venv/bin/python -m benchmarks $(addprefix --rounds ,$(ROUNDS)) $(addprefix --seconds ,$(SECONDS)) $(if $(QUICK),--quick)

verify: .venv/complete ## run the pages and show that they are true (CHAPTER=02: one of them)
	@$(TUTORIAL) verify $(CHAPTER)

update: .venv/complete ## after an edit, rewrite expected outputs and snapshots (CHAPTER=02: from there on)
	@$(TUTORIAL) update $(CHAPTER)

check: .venv/complete ## see how far the folder is that you type along in (CHAPTER=02 DIR=~/todo)
	@$(if $(and $(CHAPTER),$(DIR)),,$(error Say which chapter, and where your folder is: make check CHAPTER=02 DIR=~/todo))
	@$(TUTORIAL) check "$(CHAPTER)" "$$DIR" || test $$? = 1 # not finished yet: no error

diff: .venv/complete ## show what changes between two chapters (FROM=02 TO=03)
	@$(if $(and $(FROM),$(TO)),,$(error Say from which chapter to which: make diff FROM=02 TO=03))
	@$(TUTORIAL) diff "$(FROM)" "$(TO)"

lint: .venv/complete ## check style and types
	@$(TUTORIAL) test --only lint

format: .venv/complete ## format the Python of the tooling and the chapters
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

lock: .venv/complete ## resolve pyproject.toml into requirements.lock
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" --group dev --group site --group browser --group bench \
	  pyproject.toml -o requirements.lock
	@for peer in benchmarks/peers/*/; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 \
	  --no-annotate --custom-compile-command "make lock" $${peer}requirements.in -o $${peer}requirements.txt; done

clean: ## remove what the tooling has made
	rm -rf .venv .tools .cache build site .mypy_cache .pytest_cache .ruff_cache

.venv/complete: requirements.lock pyproject.toml bootstrap.sh
	@./bootstrap.sh
