# The product: chat, console and command line. Built from the repository's root.
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY requirements.lock ./
RUN uv venv /app/.venv \
    && uv pip install --python /app/.venv/bin/python --require-hashes --no-deps -r requirements.lock

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin lachan \
    && mkdir -p /app /var/lib/lachan && chown lachan /var/lib/lachan
WORKDIR /app
COPY --from=build /app/.venv /app/.venv
COPY bot/ bot/
COPY handlers/ handlers/
COPY content/ content/
COPY reports/ reports/
COPY console/ console/
COPY store/ store/
ENV PATH=/app/.venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    LACHAN_DATA_DIR=/var/lib/lachan
USER lachan
CMD ["python", "-m", "bot.cli", "run", "--only", "web,worker,sender"]
