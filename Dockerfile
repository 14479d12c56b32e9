# The site: built by MkDocs, then served as files.
FROM python:3.13-slim-bookworm AS build
WORKDIR /tutorial
COPY pyproject.toml requirements.lock README.md ./
RUN pip install --no-cache-dir --root-user-action ignore "$(grep -o '^uv==[0-9.]*' requirements.lock)" \
 && uv pip install --system --no-cache --constraint requirements.lock --group site -r pyproject.toml
COPY . .
# Where the site will be published, and where its code is, if they are: mkdocs.yml says what for.
ARG SITE_URL=
ARG REPO_URL=
RUN uv pip install --system --no-cache --no-deps --editable . \
 && mkdocs build --strict --site-dir /site \
 && uv pip install --no-cache --constraint requirements.lock --target /server waitress whitenoise \
 && cp tutorial/site/hosting.py /server/ \
 && PYTHONPATH=/server python -m whitenoise.compress --quiet /site

FROM python:3.13-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
COPY --from=build /server /server
COPY --from=build /site /site
USER nobody
EXPOSE 8000
# Python ends at once on SIGINT; as the first process it would ignore the usual SIGTERM.
STOPSIGNAL SIGINT
CMD ["python", "/server/hosting.py", "/site", "0.0.0.0:8000"]
