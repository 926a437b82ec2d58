# The bot as an image: no root, nothing writable but /data, no shell needed while it runs.
# The Python here is the one that the tests run on.
FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check \
      --require-hashes --only-binary :all: -r requirements.lock

FROM python:3.11-slim
COPY --from=packages /venv /venv
WORKDIR /app
COPY app.py manifest.yaml LICENSE ./
COPY templates templates
COPY migrations migrations
COPY bot bot
RUN ["/venv/bin/python", "-m", "compileall", "-q", "bot"]
RUN install -d -o 10001 -g 10001 -m 0700 /data
USER 10001:10001
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    DATABASE_URL=sqlite:////data/screwedup.db \
    HEARTBEAT_FILE=/data/heartbeat
VOLUME /data
EXPOSE 3000
# The heartbeat is touched after every round of the outbox, about once a second.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=2 \
  CMD ["python", "-c", "import os, sys, time; sys.exit(time.time() - os.stat(os.environ['HEARTBEAT_FILE']).st_mtime > 60)"]
CMD ["python", "app.py"]
