# The NLU process: trains while the image is built, so that it starts with its model.
FROM python:3.10-slim-bookworm AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY nlu/requirements.lock nlu/
RUN uv venv /app/nlu/.venv \
    && uv pip install --python /app/nlu/.venv/bin/python --require-hashes --no-deps \
        -r nlu/requirements.lock
COPY nlu/ nlu/
ENV RASA_TELEMETRY_ENABLED=false
# A copy: a link made here would point beside itself.
RUN nlu/.venv/bin/python -m nlu.train \
    && cp "$(ls nlu/models/nlu-*.tar.gz)" nlu/model.tar.gz && test -s nlu/model.tar.gz

FROM python:3.10-slim-bookworm
RUN useradd --system --uid 10002 --home-dir /app --shell /usr/sbin/nologin nlu
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/nlu/.venv/bin:$PATH PYTHONPATH=/app RASA_TELEMETRY_ENABLED=false \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER nlu
CMD ["python", "-m", "nlu.server", "--model", "/app/nlu/model.tar.gz", "--host", "0.0.0.0", "--port", "5005"]
